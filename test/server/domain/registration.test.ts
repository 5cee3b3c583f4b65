import { expect, test } from 'vitest';
import { CreateAccount } from '../../../client/core/documents/account.ts';
import { Login } from '../../../client/core/documents/session.ts';
import { graphql } from '../../../client/core/graphql.ts';
import { administration } from '../../../server/domain/administration.ts';
import { newChat, newChatWith, PASSWORD } from '../../support/chat.ts';

const RegistrationOf = graphql(`{ server { registration } }`);

test('a server with closed registration refuses new accounts and logs in the others', async () => {
  const { chat } = await newChatWith({ settings: { REGISTRATION: 'closed' } });
  const { anonymous, app } = chat;
  expect(await anonymous.ask(RegistrationOf, {})).toEqual({ server: { registration: 'CLOSED' } });
  const input = { username: 'alice', password: PASSWORD };
  expect((await anonymous.ask(CreateAccount, { input })).createAccount).toEqual({
    __typename: 'RegistrationClosedError',
    message: 'This server accepts no new accounts. Ask its operator to create one for you.',
  });
  const { username, password } = await administration(app.services, 'operator').create('alice');
  const given = { username, password };
  expect((await anonymous.ask(Login, { input: given })).login).toMatchObject({
    __typename: 'LoginSuccess',
  });
});

test('registration is open by default', async () => {
  const { chat } = await newChat('alice');
  expect(await chat.anonymous.ask(RegistrationOf, {})).toEqual({
    server: { registration: 'OPEN' },
  });
});

test('an invitation is good for as many accounts as it says, until it expires', async () => {
  let now = Date.now();
  const { chat } = await newChatWith({
    settings: { REGISTRATION: 'invite' },
    clock: () => now,
  });
  const create = async (username: string, invitationCode?: string) => {
    const input = { username, password: PASSWORD, ...(invitationCode && { invitationCode }) };
    return (await chat.anonymous.ask(CreateAccount, { input })).createAccount.__typename;
  };
  const admin = administration(chat.app.services, 'operator');
  const { code } = await admin.invite(2, 7);
  expect(await create('alice')).toBe('InvalidInvitationError');
  expect(await create('alice', 'wrong')).toBe('InvalidInvitationError');
  expect(await create('alice', ` ${code} `)).toBe('CreateAccountSuccess');
  expect(await create('alice', code)).toBe('UsernameTakenError');
  const rivals = await Promise.all(['bob', 'carol', 'dave'].map((name) => create(name, code)));
  expect(rivals.toSorted()).toEqual([
    'CreateAccountSuccess',
    'InvalidInvitationError',
    'InvalidInvitationError',
  ]);

  const late = await admin.invite(1, 7);
  now += 7 * 24 * 60 * 60_000;
  expect(await create('erin', late.code)).toBe('InvalidInvitationError');
  const revoked = await admin.invite(1, 7);
  await admin.revokeInvitation(revoked.id);
  expect(await create('erin', revoked.code)).toBe('InvalidInvitationError');
  await expect(admin.revokeInvitation(revoked.id)).rejects.toThrow('There is no invitation');
});
