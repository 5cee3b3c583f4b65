import { useState } from 'react';
import type { Account } from '../state/account.ts';
import type { Chat } from '../state/chat.ts';
import { useStore } from '../state/store.ts';
import { MoreIcon } from '../ui/icons.tsx';
import { Menu, MenuEntry } from '../ui/Menu.tsx';
import { BlockAccount } from './BlockAccount.tsx';
import './ConversationMenu.css';

const MENU = 'conversation-menu';

interface ConversationMenuProps {
  readonly chat: Chat;
  readonly account: Account;
}

/** The menu in the header of a conversation. */
export function ConversationMenu({ chat, account }: ConversationMenuProps) {
  const blocked = useStore(chat.blocks).has(account.id);
  const [asking, setAsking] = useState(false);
  // The conversation still says that the account is blocked if this fails.
  const unblock = () => void chat.blocks.change(account.id, false).catch(() => {});
  return (
    <>
      <button
        type="button"
        className="conversation-menu-button"
        aria-label={`Options for ${account.username}`}
        popoverTarget={MENU}
      >
        <MoreIcon />
      </button>
      <Menu id={MENU}>
        {blocked ? (
          <MenuEntry onClick={unblock}>Unblock {account.username}</MenuEntry>
        ) : (
          <MenuEntry danger onClick={() => setAsking(true)}>
            Block {account.username}
          </MenuEntry>
        )}
      </Menu>
      {asking && <BlockAccount chat={chat} account={account} onClose={() => setAsking(false)} />}
    </>
  );
}
