import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { perform } from './commands.ts';
import { complete, isSecret } from './complete.ts';
import { openContext } from './context.ts';
import type { Event } from './event.ts';
import { linesOf, MAX_LINE } from './lines.ts';
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

/** How long one who leaves waits for what is still under way. */
const GRACE_MS = 3_000;

/** Runs the client until its input ends or it is told to quit; answers with the exit code. */
export async function run({ url, json, env, input, output, errors }: RunOptions): Promise<number> {
  const interactive = Boolean(input.isTTY && output.isTTY && !json);
  let failed = false;

  const chat = openContext({
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
        label: () => `${escapeControls(chat.session?.username ?? '')}> `,
        complete: (line) => complete(chat, line),
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

  /** A person writes on while the answers come; in a pipe each command is done before the next. */
  async function work(): Promise<void> {
    if (interactive) {
      say({ event: 'note', message: `Parley at ${url}. For the commands, type: help` });
      await chat.attempt(chat.resume);
    }
    for await (const line of prompt?.lines ?? linesOf(input)) {
      if (line === undefined) say(tooLong);
      else await perform(chat, line);
      if (chat.left) break;
      if (!interactive) await chat.session?.settled();
    }
    prompt?.close();
    await chat.session?.settled();
  }

  if (!prompt) {
    await work();
  } else {
    await Promise.race([work(), prompt.closed.then(() => setTimeout(GRACE_MS))]);
    // A person has seen what failed, and perhaps tried again. Only what is unsent still matters.
    failed = false;
  }
  chat.close();
  return failed ? 1 : 0;
}

const tooLong: Event = {
  event: 'error',
  code: 'LineTooLong',
  message: `A line of more than ${MAX_LINE} characters was ignored.`,
};

const isFailure = (event: Event): boolean =>
  event.event === 'error' || (event.event === 'status' && event.status === 'ended');

/** Tells of what goes to the output, and so must not be in it. */
const isAside = ({ event }: Event): boolean => event === 'exporting' || event === 'exported';
