import { type ReactNode, useDeferredValue, useEffect, useRef, useState } from 'react';
import type { Account } from '../state/account.ts';
import type { Chat } from '../state/chat.ts';
import { byRecency, type Person } from '../state/people.ts';
import { useStore } from '../state/store.ts';
import { moveFocus, moveFocusWithArrows } from './focus.ts';
import { PersonButton } from './PersonButton.tsx';
import { type FoundAccounts, useAccounts } from './useAccounts.ts';
import './Sidebar.css';

interface SidebarProps {
  readonly chat: Chat;
  readonly children: ReactNode;
}

/** The list of people: conversations first, then other accounts that match the search. */
export function Sidebar({ chat, children }: SidebarProps) {
  const [term, setTerm] = useState('');
  const searched = useDeferredValue(term.trim().toLowerCase());
  const found = useAccounts(searched);
  const { known, others } = usePeople(chat, searched, found);
  const isEmpty = known.length + others.length === 0 && found.ready;
  const noResults = searched === '' ? 'No one else has an account yet.' : 'No one found.';
  return (
    <nav className="sidebar" aria-label="People">
      <header className="sidebar-header">
        {children}
        <input
          type="search"
          className="sidebar-search"
          placeholder="Search people"
          aria-label="Search people"
          autoComplete="off"
          spellCheck={false}
          value={term}
          onFocus={found.refresh}
          onChange={(event) => setTerm(event.target.value)}
          onKeyDown={(event) => event.key === 'ArrowDown' && moveFocus(event, 1)}
        />
      </header>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys move between its buttons. */}
      <div className="sidebar-list" onKeyDown={moveFocusWithArrows}>
        {known.length > 0 && <PersonList label="Conversations" chat={chat} accounts={known} />}
        {others.length > 0 && (
          <>
            <h2>{known.length > 0 ? 'Other people' : 'People'}</h2>
            <PersonList label="Other people" chat={chat} accounts={others} />
          </>
        )}
        {found.hasMore && <p className="hint">Keep typing to see more.</p>}
        <p className="hint" role="status">
          {found.error ?? (isEmpty && noResults)}
        </p>
      </div>
    </nav>
  );
}

/** Returns the people to list, and watches whether they and the open counterpart are online. */
function usePeople(chat: Chat, term: string, found: FoundAccounts) {
  const people = useStore(chat.people);
  const open = useStore(chat.selection);
  const isFound = (person: Person) =>
    person.username.includes(term) || found.accounts.some(({ id }) => id === person.id);
  const known = [...people.values()].filter(isFound).toSorted(byRecency);
  const others = found.accounts.filter(({ id }) => !people.has(id) && id !== chat.viewer.id);

  const accounts: readonly (Account | Person)[] = [...known, ...others];
  const watched = open ? [people.get(open.id) ?? open, ...accounts] : accounts;
  const usernames = watched
    .filter((each) => !('deleted' in each && each.deleted))
    .map(({ username }) => username);
  useEffect(() => chat.presence.watch([...new Set(usernames)]));
  return { known, others };
}

interface PersonListProps {
  readonly label: string;
  readonly chat: Chat;
  readonly accounts: readonly (Account | Person)[];
}

function PersonList({ label, chat, accounts }: PersonListProps) {
  const online = useStore(chat.presence);
  const open = useStore(chat.selection);
  const list = useRef<HTMLUListElement>(null);
  const lastOpen = useRef<string>(undefined);
  useEffect(() => {
    // On a narrow screen, Back returns the focus to the person whose conversation was open.
    if (!open && lastOpen.current)
      list.current?.querySelector<HTMLElement>(`[data-id="${lastOpen.current}"]`)?.focus();
    lastOpen.current = open?.id;
  }, [open]);
  return (
    <ul ref={list} aria-label={label}>
      {accounts.map((account) => (
        <li key={account.id}>
          <PersonButton
            account={account}
            online={online.get(account.id) ?? false}
            current={open?.id === account.id}
            viewer={chat.viewer}
            onOpen={() => chat.selection.open(account)}
          />
        </li>
      ))}
    </ul>
  );
}
