import { openContext } from './context.ts';
import { newGivenPassword } from './given-password.ts';
import { linesOf } from './lines.ts';
import type { RunOptions } from './options.ts';
import { performCommand } from './perform.ts';
import { openPrompt } from './prompt.ts';
import { newReporter } from './reporter.ts';
import { newTypedHistory } from './typed-history.ts';

/**
 * Runs the command on the command line, in the session that was used last. It shows no messages
 * but those that the command asks for. Returns the exit code.
 */
export async function runOnce(options: RunOptions): Promise<number> {
  const { words, url, env, user, input, output } = options;
  const reporter = newReporter(options);
  const context = openContext({
    url,
    env,
    user,
    ...reporter,
    listens: false,
    givenPassword: await newGivenPassword(options, linesOf(input)),
    ask: input.isTTY && output.isTTY ? (...question) => askOnce(options, question) : undefined,
  });
  const [verb = '', ...more] = words;
  const text = isWithoutText(options) ? [await textOf(input)] : [];
  await performCommand(context, verb, [...more, ...text].join(' '));
  await context.current.session?.settled();
  context.close();
  return reporter.exitCode;
}

/** Whether a message is to be read from the input: `git log -1 | parley send bob`. */
const isWithoutText = ({ words, input, passwordStdin }: RunOptions): boolean =>
  words[0] === 'send' && words.length === 2 && !input.isTTY && !passwordStdin;

/** The whole input, without the newline at its end. */
async function textOf(input: NodeJS.ReadableStream): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of input) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '');
}

async function askOnce(
  { input, output }: RunOptions,
  question: [question: string, hidden?: boolean],
): Promise<string | undefined> {
  const prompt = openPrompt({
    input,
    output,
    label: () => '',
    complete: async () => [[], ''],
    history: newTypedHistory(),
    isSecret: () => true,
  });
  try {
    return await prompt.ask(...question);
  } finally {
    prompt.close();
  }
}
