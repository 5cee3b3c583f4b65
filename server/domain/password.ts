import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import pLimit from 'p-limit';
import { RateLimitedError } from '../../schema/errors.ts';
import { impossible, normalPassword } from './password-rules.ts';

/** The parameters of a hash, without its salt. */
interface Parameters {
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
  readonly tagLength: number;
}

/** Argon2id with 19 MiB and 2 passes: OWASP's Password Storage Cheat Sheet. */
const TODAY: Parameters = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 };
const SALT_BYTES = 16;
const deriveKey = promisify(argon2);

const MAX_QUEUE = 32;
const RETRY_AFTER_MS = 1_000;

/** Hashes passwords, a few at a time. Both throw {RateLimitedError} when the queue is full. */
export interface PasswordHasher {
  /** Hashes a password into a PHC string. */
  hash(password: string): Promise<string>;
  /**
   * Compares a password with a stored hash. `outdated` means right, but hashed with other
   * parameters than today's, or without normalization.
   *
   * Without a hash (there is no such account) it does the same work and returns `wrong`. An
   * impossible password is `wrong` without any work.
   */
  verify(password: string, stored: string | undefined): Promise<'wrong' | 'right' | 'outdated'>;
  /** The number of hashes that wait for a thread. */
  readonly waiting: number;
}

/**
 * Makes the hasher of a server whose thread pool has this size. Each hash fills a thread for some
 * 30 ms. One runs per core, with a thread left over for files. The queue is short: past it, a retry
 * is faster than a wait.
 */
export function passwordHasher(threads: number): PasswordHasher {
  const gate = pLimit(Math.max(1, Math.min(availableParallelism(), threads - 1)));

  function derive(password: string, nonce: Buffer, parameters: Parameters): Promise<Buffer> {
    if (gate.pendingCount >= MAX_QUEUE) throw new RateLimitedError(RETRY_AFTER_MS);
    return gate(() => deriveKey('argon2id', { message: password, nonce, ...parameters }));
  }

  return {
    get waiting() {
      return gate.pendingCount;
    },

    async hash(password) {
      const salt = randomBytes(SALT_BYTES);
      return phcString(TODAY, salt, await derive(normalPassword(password), salt, TODAY));
    },

    async verify(password, stored) {
      if (impossible(password)) return 'wrong';
      const { parameters, salt, key } = parsePhcString(stored ?? DUMMY);
      const normal = normalPassword(password);
      for (const form of new Set([normal, password])) {
        const matches = timingSafeEqual(await derive(form, salt, parameters), key);
        if (matches && stored !== undefined)
          return form === normal && isToday(parameters) ? 'right' : 'outdated';
      }
      return 'wrong';
    },
  };
}

const isToday = (parameters: Parameters): boolean =>
  Object.entries(TODAY).every(([name, value]) => parameters[name as keyof Parameters] === value);

function phcString({ memory, passes, parallelism }: Parameters, salt: Buffer, key: Buffer): string {
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${unpadded(salt)}$${unpadded(key)}`;
}

function parsePhcString(text: string): { parameters: Parameters; salt: Buffer; key: Buffer } {
  const parts = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/-]+)\$([\w+/-]+)$/.exec(text);
  if (!parts) throw new Error('A password hash in the store is not a PHC string of Argon2id.');
  const [memory = 0, passes = 0, parallelism = 0] = parts.slice(1, 4).map(Number);
  const [salt, key] = parts.slice(4).map((part) => Buffer.from(part, 'base64')) as [Buffer, Buffer];
  return { parameters: { memory, passes, parallelism, tagLength: key.length }, salt, key };
}

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');

/** Used for unknown usernames, so that both cases take equally long. */
const DUMMY = phcString(TODAY, Buffer.alloc(SALT_BYTES), Buffer.alloc(TODAY.tagLength));
