import type { CliContext } from './context.ts';
import type { Session } from './session.ts';

interface About {
  readonly name: string;
  readonly usage: string;
  readonly help: string;
}

/** One verb. Help, completion and the check of who may use it are all read off here. */
export type Command = About &
  (
    | { readonly needsLogin: false; run(chat: CliContext, rest: string): void | Promise<void> }
    | {
        readonly needsLogin: true;
        run(chat: CliContext, rest: string, session: Session): void | Promise<void>;
      }
  );
