import { expect, test } from 'vitest';
import { AcknowledgeMessages } from '../../../client/core/documents/message.ts';
import { newChat, PASSWORD } from '../../support/chat.ts';
import { eventsIn, openCli, openInteractive } from '../../support/cli.ts';
import { KEYS } from '../../support/terminal.ts';

const { enter } = KEYS;
const join = (username: string) => `login ${username} ${PASSWORD} --join`;

test('--json prints a receipt of this session, and none of earlier messages', async () => {
  const { chat, alice, bob } = await newChat('alice', 'bob');
  await alice.send('bob', 'before');
  await bob.ask(AcknowledgeMessages, { input: { through: 1 } });
  const cli = await openCli(chat, '--json');
  cli.write(join('alice'));
  cli.write('send bob hello');
  await cli.writes('"sent"');
  await bob.ask(AcknowledgeMessages, { input: { through: 2 } });
  const events = eventsIn(await cli.writes('"receipt"'));
  const { id } = events.find(({ event }) => event === 'sent') ?? {};
  const news = {
    by: 'bob',
    deliveredThrough: id,
    readThrough: null,
    delivered: { count: 1, text: 'hello' },
  };
  expect(events.filter(({ event }) => event === 'receipt')).toMatchObject([news]);
});

test('a message sent from one session shows in the others and not in itself', async () => {
  const { chat, alice } = await newChat('alice', 'bob');
  const [first, second] = [await openCli(chat, '--json'), await openInteractive(chat)];
  first.write(join('alice'));
  await first.writes('loggedIn');
  second.type(`${join('alice')}${enter}`);
  await second.shows('alice>');
  // Only messages sent after both have subscribed are certain to be shown.
  const heard = async () =>
    (await first.writes(() => true)).includes('ping') &&
    (await second.lines()).join().includes('ping');
  while (!(await heard())) await alice.send('bob', 'ping');
  second.type(`send bob from the second${enter}`);
  await first.writes('from the second');
  first.write('send bob from the first');
  await second.shows('·  you → bob: from the first');
  await alice.send('bob', 'from a third');
  const lines = await second.shows('·  you → bob: from a third');
  expect(lines.filter((line) => /→.*from/.test(line))).toHaveLength(3);
  await first.writes('from a third');
  const { stdout } = await first.end();
  const events = eventsIn(stdout).filter(
    ({ event, text }) => event === 'sentElsewhere' && text !== 'ping',
  );
  expect(events.map(({ from, to, text }) => [from, to, text])).toEqual([
    ['alice', 'bob', 'from the second'],
    ['alice', 'bob', 'from a third'],
  ]);
});

test('after a password change receipts arrive and earlier sends are not repeated', async () => {
  const { chat, bob } = await newChat('alice', 'bob');
  const cli = await openCli(chat, '--json');
  cli.write(join('alice'));
  cli.write('send bob before');
  cli.write(`password "${PASSWORD}" battery-staple`);
  await cli.writes('passwordChanged');
  cli.write('send bob after');
  await cli.writes((stdout) => (stdout.match(/"sent"/g) ?? []).length === 2);
  await bob.ask(AcknowledgeMessages, { input: { through: 2 } });
  await cli.writes('"receipt"');
  const { stdout } = await cli.end();
  expect(eventsIn(stdout).find(({ event }) => event === 'receipt')).toMatchObject({
    delivered: { count: 2, text: 'after' },
  });
  expect(stdout).not.toContain('sentElsewhere');
});
