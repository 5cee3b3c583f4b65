import { writeFile } from 'node:fs/promises';
import http, { type RequestListener } from 'node:http';
import https from 'node:https';
import net, { type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { CERTIFICATE, KEY } from '../../support/certificate.ts';
import { newChat } from '../../support/chat.ts';
import { endAfter, openCliProcess, pipe } from '../../support/cli.ts';
import { temporaryFolder } from '../../support/folder.ts';

/** Starts a server until the end of the test. Returns its host and port. */
async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const answering = (listener: RequestListener) => listening(http.createServer(listener));
const tls = () => listening(https.createServer({ cert: CERTIFICATE, key: KEY }));
const tcp = (onSocket: (socket: Socket) => void) =>
  listening(net.createServer((socket) => onSocket(socket.on('error', () => {}))));

const errorAt = async (url: string) => pipe({ url }, ['list']);

test('a server that is not Parley is named', async () => {
  const page = `http://${await answering((_, response) => response.end('<html>'))}`;
  expect(await errorAt(page)).toMatchObject({
    code: 1,
    stderr: `${page} is not a Parley server.\n`,
  });
  const other = await tcp((socket) => socket.end('SSH-2.0-other\r\n'));
  expect(await errorAt(`http://${other}`)).toMatchObject({
    code: 1,
    stderr: `${other} is not a Parley server: it does not use HTTP.\n`,
  });
});

test('an address that redirects is answered with the one it leads to', async () => {
  const { chat } = await newChat();
  const host = await answering(({ url }, response) =>
    response.writeHead(301, { location: `${chat.url}${url}` }).end(),
  );
  expect(await errorAt(`http://${host}`)).toMatchObject({
    code: 1,
    stderr: `http://${host} redirects to ${chat.url}. Use that address.\n`,
  });
});

test('a wrong choice of http or https is reported', async () => {
  const host = await tls();
  expect(await errorAt(`http://${host}`)).toMatchObject({
    code: 3,
    stderr: expect.stringContaining(`If it uses TLS, try https://${host}`),
  });
  const plain = await answering((_, response) => response.end());
  expect(await errorAt(`https://${plain}`)).toMatchObject({
    code: 1,
    stderr: `${plain} does not use TLS. Try http://${plain}\n`,
  });
});

test('a certificate that is not accepted is reported with the reason', async () => {
  const url = `https://${await tls()}`;
  expect(await errorAt(url)).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /not accepted\. Its issuer is not trusted\. .*NODE_EXTRA_CA_CERTS/,
    ),
  });
  const file = join(await temporaryFolder(), 'certificate.pem');
  await writeFile(file, CERTIFICATE);
  const trusting = await openCliProcess({ url, env: { NODE_EXTRA_CA_CERTS: file } });
  expect((await endAfter(trusting, ['list'])).stderr).toMatch(/It is for another host\.\n$/);
});

test.each([
  ['ftp://example', 'It must be a URL such as http://127.0.0.1:4000'],
  ['http://alice:secret@example', 'It must have no username and password.'],
  ['http://example/?a=b', 'It must end with the host or a path.'],
])('the address %s is refused with the reason', async (url, reason) => {
  const { code, stderr } = await (await openCliProcess({ url })).end();
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(reason) });
});

test('an address without its scheme, or with the path of the API, is understood', async () => {
  const { chat } = await newChat();
  for (const url of [new URL(chat.url).host, `${chat.url}/graphql`, `${chat.url}/`]) {
    const { stdout } = await endAfter(await openCliProcess({ url }), ['list']);
    expect(stdout).toBe('No accounts.\n');
  }
});
