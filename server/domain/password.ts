import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { dictionary } from '@zxcvbn-ts/language-common';
import pLimit from 'p-limit';
import { RateLimitedError, WeakPasswordError } from '../../schema/model.ts';

const MIN_LENGTH = 8;
const MAX_LENGTH = 128;
const COMMON: ReadonlySet<string> = new Set(dictionary['passwords-common']);

/** Argon2id with 19 MiB and 2 passes: OWASP's Password Storage Cheat Sheet. */
const MEMORY_KIB = 19_456;
const PASSES = 2;
const deriveKey = promisify(argon2);

/**
 * Every derivation fills a thread of Node's pool for some 30 ms. One per core at a time, with a thread left over
 * for files; behind these a short queue, since waiting longer than it takes to try again helps nobody.
 */
const THREADS = Number(process.env.UV_THREADPOOL_SIZE) || 4;
const gate = pLimit(Math.max(1, Math.min(availableParallelism(), THREADS - 1)));
const MAX_QUEUE = 32;
const RETRY_AFTER_MS = 1_000;

const codePoints = (text: string): number => [...text].length;

/** @throws {WeakPasswordError} when this may not be the password of an account with this folded username. */
export function checkPassword(password: string, username: string): void {
  const length = codePoints(password);
  if (length < MIN_LENGTH) throw new WeakPasswordError('TOO_SHORT');
  if (length > MAX_LENGTH) throw new WeakPasswordError('TOO_LONG');
  const folded = password.normalize('NFKC').toLowerCase();
  if (folded === username) throw new WeakPasswordError('SAME_AS_USERNAME');
  if (COMMON.has(folded)) throw new WeakPasswordError('COMMON');
}

/** Derives what is kept of a password, as a PHC string. @throws {RateLimitedError} when too many wait already. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt);
  return `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=1$${unpadded(salt)}$${unpadded(key)}`;
}

/**
 * Tells whether a password is the one that was kept. Without one kept (there is no such account) it takes the
 * same time and answers false. @throws {RateLimitedError} when too many wait already.
 */
export async function passwordMatches(password: string, kept: string | undefined): Promise<boolean> {
  if (codePoints(password) > MAX_LENGTH) return false;
  const [salt, key] = (kept ?? DUMMY)
    .split('$')
    .slice(-2)
    .map((part) => Buffer.from(part, 'base64'));
  if (!salt || !key) throw new Error('A password hash in the store is not a PHC string.');
  return timingSafeEqual(await derive(password, salt), key) && kept !== undefined;
}

function derive(password: string, nonce: Buffer): Promise<Buffer> {
  if (gate.pendingCount >= MAX_QUEUE) throw new RateLimitedError(RETRY_AFTER_MS);
  return gate(() =>
    deriveKey('argon2id', {
      message: password,
      nonce,
      parallelism: 1,
      tagLength: 32,
      memory: MEMORY_KIB,
      passes: PASSES,
    }),
  );
}

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');

/** Of no password. */
const DUMMY = `$${unpadded(Buffer.alloc(16))}$${unpadded(Buffer.alloc(32))}`;
