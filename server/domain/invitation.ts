import { hash, randomBytes } from 'node:crypto';
import { InvalidInvitationError } from '../../schema/errors.ts';
import { countUse, isUsable } from '../store/invitation.ts';
import type { Db } from '../store/tables.ts';

/** Makes the code of an invitation: 120 random bits, so that a plain hash of it is safe. */
export const newInvitationCode = (): string => randomBytes(15).toString('base64url');

/** Hashes a code, which is never stored. White space around it is ignored. */
export const invitationHash = (code: string): string => hash('sha256', code.trim(), 'base64url');

/** Checks a code before any costly work. @throws {InvalidInvitationError} */
export async function checkInvitation(
  db: Db,
  code: string | null | undefined,
  now: number,
): Promise<string> {
  if (!code?.trim()) throw new InvalidInvitationError('MISSING');
  const hash = invitationHash(code);
  if (!(await isUsable(db, hash, now))) throw new InvalidInvitationError('UNUSABLE');
  return hash;
}

/** Counts a use, in the transaction that creates the account. @throws {InvalidInvitationError} */
export async function acceptInvitation(tx: Db, hash: string, now: number): Promise<void> {
  if (!(await countUse(tx, hash, now))) throw new InvalidInvitationError('UNUSABLE');
}
