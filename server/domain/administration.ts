import { type AccountAdministration, accountAdministration } from './account-administration.ts';
import { administrationRecord } from './administration-record.ts';
import {
  type InvitationAdministration,
  invitationAdministration,
} from './invitation-administration.ts';
import { type MessageAdministration, messageAdministration } from './message-administration.ts';
import type { Services } from './services.ts';

/** What an administrator may do, without the passwords of accounts. Each deed is recorded. */
export type Administration = AccountAdministration &
  InvitationAdministration &
  MessageAdministration;

export function administration(services: Services, osUser: string): Administration {
  const record = administrationRecord(services, osUser);
  return {
    ...accountAdministration(services, record),
    ...invitationAdministration(services, record),
    ...messageAdministration(services, record),
  };
}
