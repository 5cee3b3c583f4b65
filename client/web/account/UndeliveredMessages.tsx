import { useEffect, useState } from 'react';
import type { ShownMessage } from '../../core/documents/message.ts';
import { Card } from '../ui/Card.tsx';
import { dateAndTime } from '../ui/time.ts';
import './UndeliveredMessages.css';

/** An account that was just deleted, with its undelivered messages. */
export interface DeletedAccount {
  readonly username: string;
  /** The number of all undelivered messages. `undelivered` holds the first of them. */
  readonly undeliveredCount: number;
  readonly undelivered: readonly ShownMessage[];
}

interface UndeliveredMessagesProps {
  readonly account: DeletedAccount;
  readonly onDone: () => void;
}

/** Shows the undelivered messages of a deleted account, and offers them as a file. */
export function UndeliveredMessages({ account, onDone }: UndeliveredMessagesProps) {
  const { username, undeliveredCount: count, undelivered } = account;
  return (
    <Card>
      <h1>The account {username} was deleted.</h1>
      {count === 0 ? (
        <p>No undelivered messages.</p>
      ) : (
        <>
          <p>
            {count === 1
              ? '1 message had not been delivered. Save it now: it disappears when you leave this page.'
              : `${count} messages had not been delivered. Save them now: they disappear when you leave this page.`}
            {undelivered.length < count && ` These are the first ${undelivered.length}.`}
          </p>
          <SaveLink account={account} />
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
    </Card>
  );
}

function SaveLink({ account: { username, undelivered } }: { account: DeletedAccount }) {
  const url = useFileUrl(undelivered);
  return (
    <p>
      <a href={url} download={`${username}.json`}>
        Save {undelivered.length === 1 ? 'it' : 'them'} as a file
      </a>
    </p>
  );
}

/** Returns the URL of a JSON file with these messages. It is revoked on unmount. */
function useFileUrl(messages: readonly ShownMessage[]): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    const saved = messages.map(({ senderUsername: from, sentAt, text }) => ({
      from,
      sentAt,
      text,
    }));
    const json = JSON.stringify(saved, null, 2);
    const created = URL.createObjectURL(new Blob([json], { type: 'application/json' }));
    setUrl(created);
    return () => URL.revokeObjectURL(created);
  }, [messages]);
  return url;
}
