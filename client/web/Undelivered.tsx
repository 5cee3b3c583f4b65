import type { ShownMessage } from '../core/documents.ts';
import { dateAndTime } from './time.ts';

/** What a deletion hands over. */
export interface UndeliveredMessages {
  readonly username: string;
  readonly undelivered: readonly ShownMessage[];
}

/** Shows what a deleted account had not got yet, before it is gone. */
export function Undelivered({ username, undelivered, onDone }: UndeliveredMessages & { onDone: () => void }) {
  const count = undelivered.length;
  return (
    <main className="entrance">
      <title>Parley</title>
      <div className="card">
        <h1>The account {username} is deleted.</h1>
        {count === 0 ? (
          <p>Nothing was left undelivered.</p>
        ) : (
          <>
            <p>
              {count === 1
                ? 'One message was not delivered yet. It is gone when you leave this page.'
                : `${count} messages were not delivered yet. They are gone when you leave this page.`}
            </p>
            <ol className="undelivered">
              {undelivered.map(({ id, senderUsername, sentAt, text }) => (
                <li key={id}>
                  <strong>{senderUsername}</strong> <time dateTime={sentAt}>{dateAndTime(sentAt)}</time>
                  <p dir="auto">{text}</p>
                </li>
              ))}
            </ol>
          </>
        )}
        <button type="button" className="primary" autoFocus onClick={onDone}>
          Done
        </button>
      </div>
    </main>
  );
}
