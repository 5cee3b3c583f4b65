import { runOnce } from './once.ts';
import type { RunOptions } from './options.ts';
import { runPiped } from './piped.ts';
import { runAtTerminal } from './terminal.ts';

/** Runs one command, or else those that are typed or piped in. Returns the exit code. */
export async function run(options: RunOptions): Promise<number> {
  const { words, json, input, output } = options;
  if (words.length > 0) return runOnce(options);
  if (!input.isTTY || !output.isTTY || json) return runPiped(options);
  await runAtTerminal(options);
  // A person has seen what failed, and may have retried.
  return 0;
}
