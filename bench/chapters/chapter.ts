import type { Engines } from '../servers/engine.ts';
import type { Subject } from '../servers/subject.ts';

/** One part of the benchmark, with a table and perhaps a plot. */
export interface Chapter {
  /** Its name on the command line, and in the marks within the docs that its table goes between. */
  readonly name: string;
  readonly title: string;
  run(bench: Bench): Promise<Result>;
}

export interface Result {
  /** Markdown. */
  readonly text: string;
  /** SVG documents, by the name of their file without its extension. */
  readonly plots?: Readonly<Record<string, string>>;
}

/** What a chapter measures with. */
export interface Bench {
  readonly engines: Engines;
  /** The servers chosen on the command line. */
  readonly subjects: readonly Subject[];
  /** Only checks that the benchmark works. */
  readonly quick: boolean;
  /** Of interleaved measurements; their medians count. */
  readonly rounds: number;
  /** Length of a measurement. */
  readonly seconds: number;
}
