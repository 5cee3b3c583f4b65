import type { CliContext } from '../context.ts';
import type { CliSession } from '../session.ts';

interface Description {
  readonly name: string;
  readonly usage: string;
  readonly help: string;
}

/** One verb. Help, completion and the login check all read this. */
export type Command = Description &
  (
    | { readonly needsLogin: false; run(context: CliContext, rest: string): void | Promise<void> }
    | {
        readonly needsLogin: true;
        run(context: CliContext, rest: string, session: CliSession): void | Promise<void>;
      }
  );
