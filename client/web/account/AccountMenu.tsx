import { useState } from 'react';
import type { Notifications } from '../notifications/useNotifications.ts';
import type { Chat } from '../state/chat.ts';
import type { Session } from '../state/session.ts';
import { Avatar } from '../ui/Avatar.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { ChevronIcon } from '../ui/icons.tsx';
import { ChangePassword } from './ChangePassword.tsx';
import { DeleteAccount } from './DeleteAccount.tsx';
import { LogOut } from './LogOut.tsx';
import type { Undelivered0 } from './UndeliveredMessages.tsx';
import { UnreadWarning } from './UnreadWarning.tsx';
import './AccountMenu.css';

/** What may become of a session. */
export interface SessionProps {
  readonly session: Session;
  /** Told with the token that takes the place of the session's. */
  readonly onRenewed: (token: string) => void;
  /** Told when the session is over without being asked for here. */
  readonly onEnded: () => void;
  /** Told when the session is over since it was asked for here. */
  readonly onLeft: () => void;
  readonly onDeleted: (undelivered: Undelivered0) => void;
}

export interface AccountMenuProps extends SessionProps {
  readonly chat: Chat;
  readonly notifications: Notifications;
  /** Told when the session is about to end from here, and when it has or has not. */
  readonly onEnding: (ending: boolean) => void;
}

const DIALOGS = { password: 'Change password', logout: 'Log out', delete: 'Delete account' };

/** What one can do with one's own account. */
export function AccountMenu(props: AccountMenuProps) {
  const { chat, session, notifications, onEnding, onRenewed, onLeft, onDeleted } = props;
  const [dialog, setDialog] = useState<keyof typeof DIALOGS>();
  const close = () => setDialog(undefined);
  const leave = () => {
    chat.forget();
    onLeft();
  };
  return (
    <>
      <button type="button" className="account-menu-button" popoverTarget="account-menu">
        <Avatar username={session.username} online={false} />
        <span className="account-menu-name one-line">
          <span className="unseen">Account </span>
          {session.username}
        </span>
        <ChevronIcon />
      </button>
      <div id="account-menu" popover="auto" className="account-menu">
        {notifications.possible ? (
          <button type="button" onClick={notifications.toggle}>
            {notifications.on ? 'Turn notifications off' : 'Turn notifications on'}
          </button>
        ) : (
          <p className="hint">This browser shows no notifications.</p>
        )}
        {Object.entries(DIALOGS).map(([name, label]) => (
          <button
            key={name}
            type="button"
            popoverTarget="account-menu"
            popoverTargetAction="hide"
            className={name === 'delete' ? 'account-menu-delete' : undefined}
            onClick={() => setDialog(name as keyof typeof DIALOGS)}
          >
            {label}
          </button>
        ))}
      </div>
      {dialog && (
        <Dialog title={DIALOGS[dialog]} onClose={close}>
          {dialog === 'password' && (
            <ChangePassword
              session={session}
              onEnding={onEnding}
              onChanged={onRenewed}
              onCancel={close}
            />
          )}
          {dialog === 'logout' && (
            <LogOut
              chat={chat}
              session={session}
              onEnding={onEnding}
              onLeft={leave}
              onCancel={close}
            />
          )}
          {dialog === 'delete' && (
            <DeleteAccount
              session={session}
              onEnding={onEnding}
              onCancel={close}
              onDeleted={(undelivered) => {
                chat.forget();
                onDeleted(undelivered);
              }}
            >
              <UnreadWarning chat={chat} />
            </DeleteAccount>
          )}
        </Dialog>
      )}
    </>
  );
}
