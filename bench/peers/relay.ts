/**
 * The limits. Limit 1 is a server that only forwards frames. Limit 2, with a path as its argument,
 * first stores each message in SQLite, as durably as Parley and with one commit per batch.
 */
import { DatabaseSync } from 'node:sqlite';
import { type WebSocket, WebSocketServer } from 'ws';
import { listen, type Message, newCounter } from './peer.ts';

const [path] = process.argv.slice(2);
const store = path === undefined ? (_batch: readonly Message[]) => {} : openStore(path);
const numbered = newCounter();
const readers = new Map<string, WebSocket>();
let queue: { message: Message; answer: () => void }[] = [];

function openStore(file: string): (batch: readonly Message[]) => void {
  const database = new DatabaseSync(file);
  database.exec(`
    pragma journal_mode = wal;
    pragma synchronous = full;
    create table message (
      mailbox text, position integer, id text, sender text, text text, sentAt text,
      primary key (mailbox, position)
    ) without rowid;
  `);
  const insert = database.prepare('insert into message values (?, ?, ?, ?, ?, ?)');
  return (batch) => {
    database.exec('begin');
    for (const { to, position, id, senderUsername, text, sentAt } of batch)
      insert.run(to, position, id, senderUsername, text, sentAt);
    database.exec('commit');
  };
}

function flush(): void {
  const batch = queue;
  queue = [];
  store(batch.map(({ message }) => message));
  for (const { message, answer } of batch) {
    answer();
    readers.get(message.to)?.send(JSON.stringify(message));
  }
}

new WebSocketServer({ server: listen(), perMessageDeflate: false }).on(
  'connection',
  (socket, request) => {
    const username = request.url?.split('?')[1] ?? '';
    readers.set(username, socket);
    socket.on('message', (data) => {
      const { n, to, text } = JSON.parse(String(data));
      if (queue.length === 0) setImmediate(flush);
      const message = numbered(username, to, text);
      queue.push({ message, answer: () => socket.send(`{"n":${n},"id":"${message.id}"}`) });
    });
  },
);
