import { chmod, lstat, rename, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { commandLine } from './command.ts';
import { type Config, ConfigError, socketPath } from './config.ts';

/**
 * Listens on the TCP port or the Unix socket of the settings, and returns its URL. What a killed
 * server left at the path of a Unix socket is removed, but never a socket that another listens on.
 *
 * @throws {ConfigError} when another process listens there, and the system's error for any other
 * address that cannot be listened on.
 */
export async function listen(server: Server, config: Config): Promise<string> {
  const path = socketPath(config.host);
  return path === undefined
    ? listenOnPort(server, config, 'PORT')
    : listenOnSocket(server, config, path);
}

/** Listens on the TCP port of a setting, and returns its URL. @throws as `listen` does. */
export async function listenOnPort(
  server: Server,
  { host, port }: Pick<Config, 'host' | 'port'>,
  setting: string,
): Promise<string> {
  await attempt(() => server.listen(port, host), server).catch((error) => {
    throw isInUse(error) ? new ConfigError(portInUse(host, port, setting)) : error;
  });
  const { port: actualPort } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${actualPort}`;
}

const portInUse = (host: string, port: number, setting: string): string =>
  `Port ${port} of ${host} is in use. Stop what listens there, or choose another port: ` +
  `${setting}=${port === 65_535 ? port - 1 : port + 1} ${commandLine('server')}`;

async function listenOnSocket(
  server: Server,
  { host, socketMode }: Config,
  path: string,
): Promise<string> {
  const start = () => attempt(() => server.listen(path), server);
  await start().catch(async (error) => {
    if (!isInUse(error)) throw error;
    if (!(await removeStale(path))) throw new ConfigError(pathInUse(path));
    await start();
  });
  await chmod(path, socketMode);
  return host;
}

const pathInUse = (path: string): string =>
  `${path} is in use. Stop the server that listens there, or choose another path: ` +
  `HOST=unix:${path}.2 ${commandLine('server')}`;

/**
 * Removes a socket that nobody listens on, and returns whether it did. It is looked at again under
 * another name, since another server that starts now may just have replaced it.
 */
async function removeStale(path: string): Promise<boolean> {
  if (!(await isStale(path))) return false;
  const aside = `${path}.${process.pid}`;
  await rename(path, aside);
  const stale = await isStale(aside);
  await (stale ? rm(aside) : rename(aside, path));
  return stale;
}

const isStale = async (path: string): Promise<boolean> =>
  (await lstat(path)).isSocket() && (await isRefused(path));

const isRefused = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(false);
    });
    socket.once('error', (error) => resolve(codeOf(error) === 'ECONNREFUSED'));
  });

function attempt(start: () => void, server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error) => {
      server.off('listening', listening);
      reject(error);
    };
    const listening = () => {
      server.off('error', failed);
      resolve();
    };
    server.once('error', failed).once('listening', listening);
    start();
  });
}

const isInUse = (error: unknown): boolean => codeOf(error) === 'EADDRINUSE';

const codeOf = (error: unknown): unknown => Object(error).code;
