import { setTimeout } from 'node:timers/promises';
import { complete } from './complete.ts';
import { type CliContext, openContext } from './context.ts';
import { escapeControls } from './escape.ts';
import type { Event, TypingEvent } from './event.ts';
import { openTypedHistory } from './history-file.ts';
import { perform } from './perform.ts';
import { openPrompt, type Prompt, type PromptOptions } from './prompt.ts';
import { isSecret } from './secret.ts';
import { newTranscript } from './transcript.ts';

export interface TerminalOptions extends Pick<PromptOptions, 'input' | 'output'> {
  readonly url: string;
  readonly env: NodeJS.ProcessEnv;
  readonly user?: string | undefined;
  /** Whether each message that arrives rings the bell of the terminal. */
  readonly bell: boolean;
}

/** How long a closed prompt waits for unfinished work. */
const GRACE_MS = 3_000;

/** Chats with a person at a terminal, until they quit. */
export async function runAtTerminal({
  url,
  env,
  user,
  bell,
  input,
  output,
}: TerminalOptions): Promise<void> {
  let typing: TypingEvent | undefined;
  const transcript = newTranscript({
    print: (text) => prompt.print(text),
    ring: () => void (bell && output.write('\x07')),
    current: () => context.current,
  });
  const context: CliContext = openContext({
    url,
    env,
    user,
    say,
    write: async (text) => void prompt.print(text),
    interactive: true,
    ask: (...question) => prompt.ask(...question),
  });
  const prompt: Prompt = openPrompt({
    input,
    output,
    label: () => labelOf(context),
    status: () => typingIn(context, typing),
    onEdit: (text) => tellTyping(context, text),
    complete: (line) => complete(context, line),
    history: openTypedHistory(env),
    isSecret,
  });

  function say(event: Event): void {
    if (event.event === 'typing') {
      typing = event;
      prompt.draw();
      return;
    }
    const ends = event.event === 'message' && event.counterpartId === typing?.counterpartId;
    // Without a connection nobody hears that it has ended.
    if (ends || event.event === 'status') typing = undefined;
    transcript.show(event);
  }

  async function work(): Promise<void> {
    context.say({ event: 'note', message: `Parley at ${url}. Type help for commands.` });
    await context.attempt(context.current.resume);
    for await (const { text, printed } of prompt.lines) {
      transcript.performing(printed);
      await perform(context, text);
      transcript.performing(undefined);
      if (context.hasQuit) break;
    }
    prompt.close();
    await context.current.session?.settled();
  }

  await Promise.race([work(), prompt.closed.then(() => setTimeout(GRACE_MS))]);
  context.close();
}

/** Says that the counterpart of the open conversation is typing, if it is. */
const typingIn = ({ current: { counterpart } }: CliContext, last: TypingEvent | undefined) =>
  counterpart && last?.typing && last.counterpartId === counterpart.id
    ? escapeControls(`${counterpart.username} is typing…`)
    : '';

function tellTyping({ current: { session, counterpart } }: CliContext, line: string): void {
  const isMessage = line !== '' && !/^\/(?!\/)/.test(line);
  if (counterpart) session?.setTyping(counterpart.id, isMessage);
}

function labelOf({ current: { session, counterpart } }: CliContext): string {
  const to = counterpart ? ` → ${counterpart.username}` : '';
  return escapeControls(`${session?.username ?? ''}${to}> `);
}
