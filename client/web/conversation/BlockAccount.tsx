import type { Account } from '../state/account.ts';
import type { Chat } from '../state/chat.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { Form, FormButtons } from '../ui/Form.tsx';
import { useSubmit } from '../ui/useSubmit.ts';

interface BlockAccountProps {
  readonly chat: Chat;
  readonly account: Account;
  readonly onClose: () => void;
}

/** Asks whether to block an account, and says what that means. */
export function BlockAccount({ chat, account: { id, username }, onClose }: BlockAccountProps) {
  const submission = useSubmit({
    async action() {
      const problem = await chat.blocks.change(id, true);
      if (!problem) onClose();
      return problem;
    },
  });
  return (
    <Dialog title={`Block ${username}?`} onClose={onClose}>
      <Form
        label={`Block ${username}`}
        submission={submission}
        buttons={
          <FormButtons onCancel={onClose}>
            <button type="submit" className="danger" aria-disabled={submission.busy}>
              Block
            </button>
          </FormButtons>
        }
      >
        <p>
          {username} can't message you anymore, and no longer sees when you are online, typing, or
          have read a message. {username} finds out only when sending you a message.
        </p>
        <p>Your conversation stays, and you can unblock {username} at any time.</p>
      </Form>
    </Dialog>
  );
}
