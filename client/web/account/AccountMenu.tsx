import { type ReactNode, useState } from 'react';
import type { Chat } from '../state/chat.ts';
import type { Session } from '../state/session.ts';
import { Avatar } from '../ui/Avatar.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { ChevronIcon } from '../ui/icons.tsx';
import { Menu, MenuEntry } from '../ui/Menu.tsx';
import { BlockedAccounts } from './BlockedAccounts.tsx';
import { ChangePassword } from './ChangePassword.tsx';
import { DeleteAccount } from './DeleteAccount.tsx';
import { LogOut } from './LogOut.tsx';
import type { DeletedAccount } from './UndeliveredMessages.tsx';
import { UnreadWarning } from './UnreadWarning.tsx';
import './AccountMenu.css';

/** A session, and the callbacks for what the account menu does with it. */
export interface SessionActions {
  readonly session: Session;
  /** Called with true before an action that may end the session, and with false after it. */
  readonly onEnding: (ending: boolean) => void;
  /** Called with the token that replaces the session's token. */
  readonly onRenewed: (token: string) => void;
  /** Called after a logout. */
  readonly onLeft: () => void;
  readonly onDeleted: (account: DeletedAccount) => void;
}

interface AccountMenuProps extends SessionActions {
  readonly chat: Chat;
  /** The entries at the top of the menu. */
  readonly children: ReactNode;
}

const MENU = 'account-menu';
const ENTRIES = [
  { action: 'blocked', title: 'Blocked accounts' },
  { action: 'password', title: 'Change password' },
  { action: 'logout', title: 'Log out' },
  { action: 'delete', title: 'Delete account' },
] as const;
type Entry = (typeof ENTRIES)[number];

/** The menu under the viewer's username, and the dialogs that it opens. */
export function AccountMenu({ children, ...props }: AccountMenuProps) {
  const [open, setOpen] = useState<Entry>();
  const close = () => setOpen(undefined);
  return (
    <>
      <button type="button" className="account-menu-button" popoverTarget={MENU}>
        <Avatar username={props.session.username} online={false} />
        <span className="account-menu-name one-line">
          <span className="unseen">Account </span>
          {props.session.username}
        </span>
        <ChevronIcon />
      </button>
      <Menu id={MENU}>
        {children}
        {ENTRIES.map((entry) => (
          <MenuEntry
            key={entry.action}
            danger={entry.action === 'delete'}
            onClick={() => setOpen(entry)}
          >
            {entry.title}
          </MenuEntry>
        ))}
      </Menu>
      {open && (
        <Dialog title={open.title} onClose={close}>
          <Action action={open.action} onCancel={close} {...props} />
        </Dialog>
      )}
    </>
  );
}

interface ActionProps extends Omit<AccountMenuProps, 'children'> {
  readonly action: Entry['action'];
  readonly onCancel: () => void;
}

function Action({ action, chat, onRenewed, onLeft, onDeleted, ...props }: ActionProps) {
  if (action === 'blocked') return <BlockedAccounts chat={chat} onClose={props.onCancel} />;
  if (action === 'password') return <ChangePassword onChanged={onRenewed} {...props} />;
  if (action === 'logout') {
    const leave = () => {
      chat.forget();
      onLeft();
    };
    return <LogOut chat={chat} onLeft={leave} {...props} />;
  }
  const onGone = (account: DeletedAccount) => {
    chat.forget();
    onDeleted(account);
  };
  return (
    <DeleteAccount onDeleted={onGone} {...props}>
      <UnreadWarning chat={chat} />
    </DeleteAccount>
  );
}
