import { expect, test } from 'vitest';
import { administration } from '../../../server/domain/administration.ts';
import { newChatWith, PASSWORD } from '../../support/chat.ts';
import { eventsIn, pipe } from '../../support/cli.ts';

test('create gives the code of an invitation, and shows a refusal without one', async () => {
  const { chat } = await newChatWith({ settings: { REGISTRATION: 'invite' } });
  const { code } = await administration(chat.app.services, 'operator').invite(1, 1);
  const { stdout } = await pipe(
    chat,
    [`create alice ${PASSWORD}`, `create alice --invitation ${code} ${PASSWORD}`],
    '--json',
  );
  expect(eventsIn(stdout)).toMatchObject([
    { event: 'error', code: 'InvalidInvitationError' },
    { event: 'created', username: 'alice' },
    { event: 'loggedIn', username: 'alice' },
  ]);
});
