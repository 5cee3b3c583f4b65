import { open, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { trimmed } from '../arguments.ts';
import type { CliContext } from '../context.ts';
import { conversationsOf, messagesWith } from '../conversation-queries.ts';
import { Failure, notLoggedIn } from '../errors.ts';
import { jsonLine } from '../escape.ts';
import { marked } from '../event.ts';
import { define } from './command.ts';

interface Counts {
  readonly messages: number;
  readonly conversations: number;
}

export const exportMessages = define({
  name: 'export',
  usage: 'export [FILE]',
  help: 'export all messages as JSON lines, to FILE or stdout',
  details: 'FILE must not exist yet. Nothing counts as delivered or read by it.',
  needs: [],
  takes: ['file'],
  parse(rest) {
    const file = trimmed(rest);
    return { ...(file && { file }) };
  },
  // Uses the session without opening it: nothing else is printed, and nothing is acknowledged.
  needsLogin: false,
  async run(context, { file: path }) {
    const identity = context.current.identity();
    if (!identity) throw notLoggedIn();
    const file = path ? resolve(path) : null;
    const counts = file
      ? await writeFile(context, identity.token, file)
      : await writeAll(context, identity.token, context.write);
    context.say({ event: 'exported', file, ...counts });
  },
});

async function writeFile(context: CliContext, token: string, file: string): Promise<Counts> {
  const handle = await open(file, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === 'EEXIST' ? `${file} already exists.` : error.message;
    throw new Failure('NotExported', reason);
  });
  return writeAll(context, token, (text) => handle.appendFile(`${text}\n`))
    .finally(() => handle.close())
    .catch(async (error) => {
      // A partial export is easily mistaken for a complete one.
      await rm(file);
      throw error;
    });
}

/** Writes all messages of the account, holding one page of them in memory. */
async function writeAll(
  context: CliContext,
  token: string,
  write: (text: string) => Promise<unknown>,
): Promise<Counts> {
  const done = new Set<string>();
  let messages = 0;
  // A new message moves a conversation to the front, past the page being read: list until none is
  // new.
  for (let before = -1; before < done.size; ) {
    before = done.size;
    for await (const page of conversationsOf(context, token)) {
      for (const { counterpartId } of page) {
        if (done.has(counterpartId)) continue;
        done.add(counterpartId);
        for await (const lines of linesWith(context, token, counterpartId)) {
          await write(lines.join('\n'));
          messages += lines.length;
          context.say({ event: 'exporting', messages });
        }
      }
    }
  }
  return { messages, conversations: done.size };
}

/** The messages of a conversation as lines of JSON, page by page. */
async function* linesWith(context: CliContext, token: string, counterpartId: string) {
  for await (const page of messagesWith(context, token, counterpartId))
    yield page.map((message) => jsonLine(marked(message)));
}
