import { capacity } from './capacity.ts';
import type { Chapter } from './chapter.ts';
import { COST_CHAPTERS } from './cost.ts';
import { growth } from './growth.ts';
import { memory } from './memory.ts';
import { rates } from './rates.ts';
import { reads } from './reads.ts';
import { startup } from './startup.ts';

/** The chapters, in the order in which they run. */
export const CHAPTERS: readonly Chapter[] = [
  ...COST_CHAPTERS,
  rates,
  capacity,
  memory,
  startup,
  growth,
  reads,
];
