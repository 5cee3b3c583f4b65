import {
  type KeyboardEvent,
  type ReactNode,
  useDeferredValue,
  useEffect,
  useRef,
  useState,
} from 'react';
import type { Account } from '../state/account.ts';
import type { Chat } from '../state/chat.ts';
import { byRecency, type Person } from '../state/people.ts';
import { useStore } from '../state/store.ts';
import { moveFocus, moveFocusWithArrows } from './focus.ts';
import { MessageList } from './MessageList.tsx';
import { PersonLink } from './PersonLink.tsx';
import { type FoundAccounts, useAccounts } from './useAccounts.ts';
import { useMessages } from './useMessages.ts';
import { usePeopleKeys } from './usePeopleKeys.ts';
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
  const { messages, ...foundMessages } = useMessages(searched);
  const { known, others } = usePeople(chat, searched, found);
  const search = useRef<HTMLInputElement>(null);
  usePeopleKeys(chat, [...known, ...others], search);
  const isReady = found.ready && foundMessages.ready;
  const isEmpty = known.length + others.length + messages.length === 0 && isReady;
  const noResults = searched === '' ? 'No one else has an account yet.' : 'Nothing found.';
  const [entered, setEntered] = useState(false);
  const isCurrent = isReady && searched === term.trim().toLowerCase();
  useEffect(() => {
    // Enter may come before the answer to what was typed.
    if (!entered || !isCurrent) return;
    setEntered(false);
    const [first] = [...known, ...others];
    const [message] = messages;
    if (first) {
      setTerm('');
      chat.selection.open(first);
    } else if (message) chat.goTo(message);
  });
  function onSearchKey(event: KeyboardEvent): void {
    if (event.key === 'ArrowDown' && !event.altKey) moveFocus(event, 1);
    setEntered(event.key === 'Enter' && !event.nativeEvent.isComposing);
  }
  return (
    <nav className="sidebar" aria-label="People">
      <header className="sidebar-header">
        {children}
        <input
          ref={search}
          type="search"
          className="sidebar-search"
          placeholder="Search people and messages"
          aria-label="Search people and messages"
          autoComplete="off"
          spellCheck={false}
          value={term}
          onFocus={found.refresh}
          onChange={(event) => setTerm(event.target.value)}
          onKeyDown={onSearchKey}
        />
      </header>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys move between its links. */}
      <div className="sidebar-list" onKeyDown={moveFocusWithArrows}>
        {known.length > 0 && <PersonList label="Conversations" chat={chat} accounts={known} />}
        {others.length > 0 && (
          <>
            <h2>{known.length > 0 || searched ? 'Other people' : 'Choose someone to message'}</h2>
            <PersonList label="Other people" chat={chat} accounts={others} />
          </>
        )}
        {found.hasMore && <p className="hint">Keep typing to see more.</p>}
        {messages.length > 0 && (
          <>
            <h2>Messages</h2>
            <MessageList chat={chat} messages={messages} term={searched} />
          </>
        )}
        {foundMessages.hasMore && <p className="hint">These are the newest. Type more words.</p>}
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
  const typing = useStore(chat.typing);
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
          <PersonLink
            account={account}
            online={online.get(account.id) ?? false}
            typing={typing.has(account.id)}
            current={open?.id === account.id}
            viewer={chat.viewer}
            drafts={chat.drafts}
            onOpen={chat.selection.open}
          />
        </li>
      ))}
    </ul>
  );
}
