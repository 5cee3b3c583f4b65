import { newId } from '../store/id.ts';
import { deleteInvitation, insertInvitation } from '../store/invitation.ts';
import { inTransaction } from '../store/transaction.ts';
import { AdministrationError } from './administration-error.ts';
import type { AdministrationRecord } from './administration-record.ts';
import { invitationHash, newInvitationCode } from './invitation.ts';
import type { Services } from './services.ts';

/** What an administrator may do to invitations. */
export interface InvitationAdministration {
  /** Creates an invitation to create `uses` accounts. Its code is returned and not kept. */
  invite(uses: number, days: number): Promise<{ id: string; code: string; expiresAt: number }>;
  /** Deletes an invitation. Accounts that were created with it stay. */
  revokeInvitation(id: string): Promise<void>;
}

const DAY_MS = 24 * 60 * 60 * 1000;

export function invitationAdministration(
  { store, clock }: Services,
  { record }: AdministrationRecord,
): InvitationAdministration {
  return {
    async invite(uses, days) {
      const [id, code, now] = [newId(), newInvitationCode(), clock()];
      const expiresAt = now + days * DAY_MS;
      const codeHash = invitationHash(code);
      await inTransaction(store.db, async (tx) => {
        await insertInvitation(tx, { id, codeHash, createdAt: now, expiresAt, usesLeft: uses });
        await record(tx, 'invitations create', id);
      });
      return { id, code, expiresAt };
    },

    revokeInvitation: (id) =>
      inTransaction(store.db, async (tx) => {
        if (!(await deleteInvitation(tx, id)))
          throw new AdministrationError(`There is no invitation ${id}.`);
        await record(tx, 'invitations revoke', id);
      }),
  };
}
