import { open, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { CliContext } from './context.ts';
import { conversationsOf, messagesWith } from './conversations.ts';
import { Failure } from './errors.ts';
import { marked } from './event.ts';
import { jsonLine } from './print.ts';

type Write = (text: string) => Promise<unknown>;

/**
 * Writes all messages of a session's account, one JSON object a line: to a new file, or without a
 * path to the output.
 */
export async function exportMessages(chat: CliContext, token: string, path: string): Promise<void> {
  if (path === '') {
    chat.say({ event: 'exported', file: null, ...(await writeAll(chat, token, chat.write)) });
    return;
  }
  const file = resolve(path);
  const handle = await open(file, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === 'EEXIST' ? `There is a file ${file} already.` : error.message;
    throw new Failure('NotExported', reason);
  });
  const counts = await writeAll(chat, token, (text) => handle.appendFile(`${text}\n`))
    .finally(() => handle.close())
    .catch(async (error) => {
      // Half an export is easily taken for a whole one.
      await rm(file);
      throw error;
    });
  chat.say({ event: 'exported', file, ...counts });
}

/** Holds one page of messages at a time, however many there are. */
async function writeAll(
  chat: CliContext,
  token: string,
  write: Write,
): Promise<{ messages: number; conversations: number }> {
  const done = new Set<string>();
  let messages = 0;
  for (let before = -1; before < done.size; ) {
    before = done.size;
    for await (const page of conversationsOf(chat, token)) {
      for (const { counterpartId } of page) {
        if (done.has(counterpartId)) continue;
        done.add(counterpartId);
        for await (const written of messagesWith(chat, token, counterpartId)) {
          await write(
            written.map((message) => jsonLine({ ...marked(message), counterpartId })).join('\n'),
          );
          messages += written.length;
          chat.say({ event: 'exporting', messages });
        }
      }
    }
    // Once more until nothing is new: one that got a message meanwhile has moved to the front, past
    // where we were.
  }
  return { messages, conversations: done.size };
}
