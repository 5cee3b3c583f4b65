import type { CliContext } from '../context.ts';
import type { CliSession } from '../session.ts';

/** The fields of a command's input: those it needs, and those it takes besides. */
export type Input<Needed extends string, Optional extends string> = Readonly<
  Record<Needed, string> & Partial<Record<Optional, string>>
>;

interface Description<Needed extends string, Optional extends string> {
  readonly name: string;
  /** Other verbs for it, such as those of other chats. */
  readonly aliases?: readonly string[];
  /** At most 23 columns, which is what a list of all commands has room for. */
  readonly usage: string;
  readonly help: string;
  /** What the help on this command says besides. */
  readonly details?: string;
  /** The fields that a program gives as JSON. */
  readonly needs: readonly Needed[];
  readonly takes: readonly Optional[];
  /** Reads the fields from the rest of a line. Throws a failure if they are not right. */
  parse(rest: string): Input<Needed, Optional>;
}

type Definition<Needed extends string, Optional extends string> = Description<Needed, Optional> &
  (
    | {
        readonly needsLogin: false;
        run(context: CliContext, input: Input<Needed, Optional>): void | Promise<void>;
      }
    | {
        readonly needsLogin: true;
        run(
          context: CliContext,
          input: Input<Needed, Optional>,
          session: CliSession,
        ): void | Promise<void>;
      }
  );

/** One verb. Help, completion, the login check and the input of programs all read this. */
export type Command = Definition<string, string>;

/** Defines a command whose input has the types of its fields. */
export const define = <const Needed extends string, const Optional extends string>(
  definition: Definition<Needed, Optional>,
): Command =>
  // An input comes from `parse`, or is checked against `needs` and `takes`.
  definition as unknown as Command;

/** The input of a command that takes nothing. */
export const NO_INPUT = { needs: [], takes: [], parse: () => ({}) } as const;
