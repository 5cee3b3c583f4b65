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
  const given = await administration(app.services, 'operator').create('alice');
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
