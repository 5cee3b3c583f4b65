/**
 * The limits: a server that does nothing but pass frames on (limit 1), and the same that stores each
 * message in SQLite first, as durably as Parley does and a batch in one commit (limit 2, with a path
 * as its argument).
 */
import { DatabaseSync } from 'node:sqlite';
import { type WebSocket, WebSocketServer } from 'ws';
import { counter, listen, type Message } from './peer.ts';

const [path] = process.argv.slice(2);
const store = path === undefined ? (_batch: readonly Message[]) => {} : openStore(path);
const numbered = counter();
const readers = new Map<string, WebSocket>();
let waiting: { message: Message; answer: () => void }[] = [];

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
  const batch = waiting;
  waiting = [];
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
      if (waiting.length === 0) setImmediate(flush);
      const message = numbered(username, to, text);
      waiting.push({ message, answer: () => socket.send(`{"n":${n},"id":"${message.id}"}`) });
    });
  },
);
