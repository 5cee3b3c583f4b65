import { openContext } from './context.ts';
import type { Event } from './event.ts';
import { newGivenPassword } from './given-password.ts';
import { linesOf, MAX_LINE } from './lines.ts';
import type { RunOptions } from './options.ts';
import { perform, performJson } from './perform.ts';
import { newReporter } from './reporter.ts';

/** Runs the commands of a pipe, each after the one before. Returns the exit code. */
export async function runPiped(options: RunOptions): Promise<number> {
  const { url, json, env, user, input } = options;
  const reporter = newReporter(options);
  const lines = linesOf(input);
  const context = openContext({
    url,
    env,
    user,
    ...reporter,
    givenPassword: await newGivenPassword(options, lines),
  });

  for await (const line of lines) {
    if (line === undefined) reporter.say(tooLong);
    else if (json && line.startsWith('{')) await performJson(context, line);
    else await perform(context, line);
    if (context.hasQuit) break;
    await context.current.session?.settled();
  }
  await context.current.session?.settled();
  context.close();
  return reporter.exitCode;
}

const tooLong: Event = {
  event: 'error',
  code: 'LineTooLong',
  message: `Line ignored: it has more than ${MAX_LINE.toLocaleString('en')} characters.`,
};
