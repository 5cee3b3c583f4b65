import type { CliContext } from './context.ts';
import { Failure } from './errors.ts';

/** Prompts for a password without echoing it. */
export async function askPassword(context: CliContext, question: string): Promise<string> {
  if (!context.canAsk) {
    throw new Failure(
      'PasswordMissing',
      'No terminal to ask for a password. Use --password-stdin, or name a file in PARLEY_PASSWORD_FILE.',
    );
  }
  return context.ask(question, true);
}

/** Prompts twice, since typing is not echoed. */
export async function askNewPassword(context: CliContext, question: string): Promise<string> {
  const password = await askPassword(context, `${question}: `);
  if ((await context.ask('Repeat password: ', true)) !== password)
    throw new Failure('Cancelled', "The passwords don't match.");
  return password;
}
