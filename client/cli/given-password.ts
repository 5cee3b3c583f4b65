import { readFile } from 'node:fs/promises';
import { Failure } from './errors.ts';

export interface GivenPasswordOptions {
  readonly passwordStdin: boolean;
  readonly env: NodeJS.ProcessEnv;
}

/** The password that a program gives in place of a person; undefined if it gives none. */
export type GivenPassword = () => Promise<string | undefined>;

/**
 * Takes the password from the first line of the input, if asked to, which it is then no command.
 * Otherwise it is the content of the file that PARLEY_PASSWORD_FILE names.
 */
export async function newGivenPassword(
  { passwordStdin, env }: GivenPasswordOptions,
  lines: AsyncIterator<string | undefined>,
): Promise<GivenPassword> {
  if (passwordStdin) {
    const { value } = await lines.next();
    return async () => value || undefined;
  }
  const path = env.PARLEY_PASSWORD_FILE;
  return async () => (path ? contentOf(path) : undefined);
}

async function contentOf(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).replace(/\r?\n$/, '');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Failure('PasswordMissing', `Cannot read PARLEY_PASSWORD_FILE: ${reason}`);
  }
}
