import type { Engines } from './engine.ts';
import { parley } from './parley.ts';
import { PEERS } from './peers.ts';
import type { Subject } from './subject.ts';

/** All servers, from the least that is possible to ours. */
export const subjects = ({ sqlite, postgres }: Engines): readonly Subject[] => [
  ...PEERS,
  parley(sqlite),
  parley(postgres),
];
