import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { complete, isSecret } from './complete.ts';
import { openContext } from './context.ts';
import type { Event } from './event.ts';
import { linesOf, MAX_LINE } from './lines.ts';
import { perform } from './perform.ts';
import { escapeControls, format } from './print.ts';
import { openPrompt } from './prompt.ts';

export interface RunOptions {
  readonly url: string;
  readonly json: boolean;
  readonly env: NodeJS.ProcessEnv;
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
  readonly errors: NodeJS.WritableStream;
}

/** How long a closed prompt waits for unfinished work. */
const GRACE_MS = 3_000;

/** Runs the client until its input ends or `quit`. Returns the exit code. */
export async function run({ url, json, env, input, output, errors }: RunOptions): Promise<number> {
  const interactive = Boolean(input.isTTY && output.isTTY && !json);
  let failed = false;

  const context = openContext({
    url,
    env,
    say,
    write,
    ask: interactive ? async (...question) => prompt?.ask(...question) : undefined,
  });
  const prompt = interactive
    ? openPrompt({
        input,
        output,
        label: () => `${escapeControls(context.current.session?.username ?? '')}> `,
        complete: (line) => complete(context, line),
        isSecret,
      })
    : undefined;

  function say(event: Event): void {
    failed ||= isFailure(event);
    const text = format(event, json);
    if (prompt) prompt.print(text);
    else
      (isAside(event) || (event.event === 'error' && !json) ? errors : output).write(`${text}\n`);
  }

  async function write(text: string): Promise<void> {
    if (prompt) prompt.print(text);
    else if (!output.write(`${text}\n`)) await once(output, 'drain');
  }

  /** Runs each line. A pipe waits for one command before the next; a person need not. */
  async function work(): Promise<void> {
    if (interactive) {
      say({ event: 'note', message: `Parley at ${url}. Type help for commands.` });
      await context.attempt(context.current.resume);
    }
    for await (const line of prompt?.lines ?? linesOf(input)) {
      if (line === undefined) say(tooLong);
      else await perform(context, line);
      if (context.hasQuit) break;
      if (!interactive) await context.current.session?.settled();
    }
    prompt?.close();
    await context.current.session?.settled();
  }

  if (!prompt) {
    await work();
  } else {
    await Promise.race([work(), prompt.closed.then(() => setTimeout(GRACE_MS))]);
    // A person has seen what failed, and may have retried. Only unsent messages still matter.
    failed = false;
  }
  context.close();
  return failed ? 1 : 0;
}

const tooLong: Event = {
  event: 'error',
  code: 'LineTooLong',
  message: `Line ignored: it has more than ${MAX_LINE.toLocaleString('en')} characters.`,
};

const isFailure = (event: Event): boolean =>
  event.event === 'error' || (event.event === 'status' && event.status === 'ended');

/** Export progress: kept off stdout. */
const isAside = ({ event }: Event): boolean => event === 'exporting' || event === 'exported';
