import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { CreateAccount } from '../client/core/documents/account.ts';
import { temporaryFolder } from './support/folder.ts';
import { startServer } from './support/process.ts';
import { testClientAt } from './support/test-client.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** The password that the documentation uses for alice. */
const PASSWORD = 'correct-horse';

/** The shell examples of a document that talk to a running server. */
const examplesIn = (document: string): string[] =>
  [...readFileSync(`${ROOT}${document}`, 'utf8').matchAll(/```sh\n(.*?)```/gs)]
    .map(([, block = '']) => block)
    .filter((block) => /curl|npm run -s chat/.test(block));

/** Runs an example as printed, at this server's address, and answers with its lines as they come. */
function run(example: string, url: string, environment: Record<string, string> = {}) {
  const command = example.replaceAll('localhost:4000', new URL(url).host);
  const child = spawn('bash', ['-c', command], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, PARLEY_URL: url, ...environment },
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // The group, since the shell may wait for a process that follows a stream.
  onTestFinished(() => {
    if (child.exitCode === null && child.pid) process.kill(-child.pid, 'SIGKILL');
  });
  return createInterface({ input: child.stdout });
}

async function firstLine(lines: AsyncIterable<string>, start = ''): Promise<string> {
  for await (const line of lines) if (line.startsWith(start)) return line;
  throw new Error(`No line began with ${JSON.stringify(start)}.`);
}

async function newServer() {
  return (await startServer({ DATABASE_URL: 'file::memory:' })).url;
}

const hasCurl = spawnSync('curl', ['--version']).status === 0;

test.skipIf(!hasCurl)(
  'the curl examples create an account, log in twice, follow and send as printed',
  async () => {
    const [create = '', login = '', follow = '', send = '', ...others] =
      examplesIn('docs/clients.md');
    expect(others).toEqual([]);
    const url = await newServer();
    const answer = async (example: string, environment = {}) =>
      JSON.parse(await firstLine(run(example, url, environment))).data;
    expect(await answer(create)).toEqual({
      createAccount: { account: { id: expect.any(String) } },
    });
    let token = '';
    for (const _time of ['first', 'second']) {
      const { login: result } = await answer(login);
      expect(result).toMatchObject({ mailbox: { pendingCount: 0 } });
      token = result.token;
    }
    expect(await answer(send, { TOKEN: token })).toEqual({
      sendMessage: { sentMessage: { id: expect.any(String) } },
    });
    const line = await firstLine(run(follow, url, { TOKEN: token }), 'data: {');
    expect(JSON.parse(line.slice('data: '.length)).data.messageReceived).toEqual({
      position: 1,
      senderUsername: 'alice',
      text: 'Hello!',
    });
  },
);

test("the README's pipe into the command line sends a message as printed", async () => {
  const [pipe = '', ...others] = examplesIn('README.md');
  expect(others).toEqual([]);
  const url = await newServer();
  for (const username of ['alice', 'bob'])
    await testClientAt(url).ask(CreateAccount, { input: { username, password: PASSWORD } });
  const lines = run(pipe, url, { HOME: await temporaryFolder() });
  const events: { type: string }[] = [];
  for await (const line of lines) events.push(JSON.parse(line));
  expect(events).toContainEqual(expect.objectContaining({ event: 'sent', to: 'bob' }));
});
