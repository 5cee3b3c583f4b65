import { useEffect, useState } from 'react';
import type { ShownMessage } from '../../core/documents/message.ts';
import { dateAndTime } from '../ui/time.ts';
import '../ui/Card.css';
import './UndeliveredMessages.css';

/** What a deletion hands over. */
export interface Undelivered0 {
  readonly username: string;
  /** All that were undelivered; the server hands over the first of them. */
  readonly undeliveredCount: number;
  readonly undelivered: readonly ShownMessage[];
}

/** Shows what a deleted account had not got yet, before it is gone. */
export function UndeliveredMessages({
  username,
  undeliveredCount: count,
  undelivered,
  onDone,
}: Undelivered0 & { onDone: () => void }) {
  const shown = undelivered.length;
  const file = useFile(undelivered);
  return (
    <main className="card-page">
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
              {shown < count && ` Here are the first ${shown}.`}
            </p>
            <p>
              <a href={file} download={`${username}.json`}>
                Save {shown === 1 ? 'it' : 'them'} as a file
              </a>
            </p>
            <ol className="undelivered-list">
              {undelivered.map(({ id, senderUsername, sentAt, text }) => (
                <li key={id}>
                  <strong>{senderUsername}</strong>{' '}
                  <time dateTime={sentAt}>{dateAndTime(sentAt)}</time>
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

/** The address of a file with these messages, for as long as they are shown. */
function useFile(messages: readonly ShownMessage[]): string | undefined {
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    const told = messages.map(({ senderUsername: from, sentAt, text }) => ({ from, sentAt, text }));
    const made = URL.createObjectURL(
      new Blob([JSON.stringify(told, null, 2)], { type: 'application/json' }),
    );
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [messages]);
  return address;
}
