import { type KeyboardEvent, useDeferredValue, useEffect, useRef, useState } from 'react';
import { AccountMenu, type AccountMenuProps } from '../account/AccountMenu.tsx';
import { type Account, byRecency, type Person } from '../state/people.ts';
import { useStore } from '../state/store.ts';
import { PersonButton } from './PersonButton.tsx';
import { useAccounts } from './useAccounts.ts';
import './Sidebar.css';

const NOBODY = { here: 'Nobody else is here yet.', found: 'Nobody has a name like this.' };

/** Everybody one can write to: first those one has written with, then those who are found. */
export function Sidebar(props: AccountMenuProps) {
  const { chat } = props;
  const people = useStore(chat.people);
  const online = useStore(chat.presence);
  const open = useStore(chat.selection);
  const [term, setTerm] = useState('');
  const searched = useDeferredValue(term.trim().toLowerCase());
  const found = useAccounts(searched);

  const isFound = (person: Person) =>
    person.username.includes(searched) || found.accounts.some(({ id }) => id === person.id);
  const known = [...people.values()].filter(isFound).toSorted(byRecency);
  const others = found.accounts.filter(({ id }) => !people.has(id) && id !== chat.viewer.id);
  const shown: readonly (Account | Person)[] = [...known, ...others];

  const watched = [...(open ? [people.get(open.id) ?? open] : []), ...shown];
  const names = watched
    .filter((each) => !('deleted' in each && each.deleted))
    .map(({ username }) => username);
  useEffect(() => chat.presence.watch([...new Set(names)]));

  const lastOpen = useRef<string>(undefined);
  useEffect(() => {
    // Where there is room for one thing alone, whoever comes back is where they left.
    if (!open && lastOpen.current)
      document.querySelector<HTMLElement>(`[data-id="${lastOpen.current}"]`)?.focus();
    lastOpen.current = open?.id;
  }, [open]);

  const button = (account: Account | Person) => (
    <li key={account.id}>
      <PersonButton
        account={account}
        online={online.get(account.id) ?? false}
        current={open?.id === account.id}
        viewer={chat.viewer}
        onOpen={() => chat.selection.open(account)}
      />
    </li>
  );
  return (
    <nav className="sidebar" aria-label="People">
      <header className="sidebar-header">
        <AccountMenu {...props} />
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
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the arrows go from one button in it to the next. */}
      <div className="sidebar-list" onKeyDown={withArrows}>
        {known.length > 0 && <ul aria-label="Conversations">{known.map(button)}</ul>}
        {others.length > 0 && (
          <>
            <h2>{known.length > 0 ? 'Other people' : 'People'}</h2>
            <ul aria-label="Other people">{others.map(button)}</ul>
          </>
        )}
        {found.more && <p className="hint">There are more. Type to find them.</p>}
        <p className="hint" role="status">
          {found.error ??
            (shown.length === 0 && found.ready ? NOBODY[searched === '' ? 'here' : 'found'] : '')}
        </p>
      </div>
    </nav>
  );
}

function withArrows(event: KeyboardEvent): void {
  if (event.key === 'ArrowDown') moveFocus(event, 1);
  if (event.key === 'ArrowUp') moveFocus(event, -1);
}

/** Goes on to the next person, or up to the search. */
function moveFocus(event: KeyboardEvent, step: 1 | -1): void {
  const stops = [
    ...document.querySelectorAll<HTMLElement>('.sidebar [type=search], .sidebar-list button'),
  ];
  const next = stops[stops.indexOf(event.target as HTMLElement) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
