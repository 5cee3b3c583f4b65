import { useEffect, useState } from 'react';
import type { Account } from '../state/account.ts';
import type { Chat } from '../state/chat.ts';
import { type Problem, problemOf } from '../state/problem.ts';
import { useStore } from '../state/store.ts';
import './BlockedAccounts.css';

interface BlockedAccountsProps {
  readonly chat: Chat;
  readonly onClose: () => void;
}

/** The accounts that the viewer blocks. One that is unblocked here stays, to be blocked again. */
export function BlockedAccounts({ chat, onClose }: BlockedAccountsProps) {
  const blocked = useStore(chat.blocks);
  const [accounts, setAccounts] = useState<readonly Account[]>();
  const [problem, setProblem] = useState<Problem>();
  useEffect(() => {
    chat.blocks.fetch().then(setAccounts, (error) => setProblem(problemOf(error)));
  }, [chat]);
  const change = async (id: string) =>
    setProblem(await chat.blocks.change(id, !chat.blocks.get().has(id)).catch(problemOf));
  return (
    <>
      <ul className="blocked-accounts">
        {accounts?.map(({ id, username }) => {
          const action = blocked.has(id) ? 'Unblock' : 'Block';
          return (
            <li key={id}>
              <span className="one-line">{username}</span>
              <button type="button" aria-label={`${action} ${username}`} onClick={() => change(id)}>
                {action}
              </button>
            </li>
          );
        })}
      </ul>
      {accounts?.length === 0 && <p>You block no one. To block someone, open a conversation.</p>}
      <p className="error" role="alert">
        {problem?.message}
      </p>
      <div className="form-buttons">
        <button type="button" onClick={onClose}>
          Close
        </button>
      </div>
    </>
  );
}
