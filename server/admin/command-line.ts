import { parseArgs } from 'node:util';
import { commandLine } from '../command.ts';
import { VERBS, type Verb, type VerbOptions } from './verbs.ts';

/** The command line is wrong. Its message is followed by the usage. */
export class UsageError extends Error {}

/** A verb with its operands and options. */
export interface Command extends VerbOptions {
  readonly verb: Verb;
  readonly operands: readonly string[];
  readonly json: boolean;
}

const OPTIONS = {
  json: { type: 'boolean', default: false },
  limit: { type: 'string', default: '100' },
  after: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  name: { type: 'string' },
  uses: { type: 'string', default: '1' },
  days: { type: 'string', default: '7' },
} as const;

const usageOf = (name: string, { operands, options = [] }: Verb): string =>
  [name, ...operands, ...options].join(' ');

/** The verbs with their operands and options, a line each. */
export const USAGE = [
  `Usage: ${commandLine('admin')} VERB [--json]`,
  ...Object.entries(VERBS).map(([name, verb]) => `  ${usageOf(name, verb)}`),
].join('\n');

/** Reads a command line. @throws {UsageError} */
export function parseCommand(args: readonly string[]): Command {
  const { values, positionals } = parsed(args);
  const [limit, uses, days] = [
    numberOf('limit', values.limit),
    numberOf('uses', values.uses),
    numberOf('days', values.days),
  ];
  const name = [2, 1]
    .map((words) => positionals.slice(0, words).join(' '))
    .find((words) => Object.hasOwn(VERBS, words));
  const verb = name === undefined ? undefined : VERBS[name];
  if (name === undefined || !verb) throw new UsageError(missing(positionals));
  const operands = positionals.slice(name.split(' ').length);
  const required = verb.operands.filter((operand) => !operand.startsWith('['));
  if (operands.length < required.length || operands.length > verb.operands.length)
    throw new UsageError(`Use it as: ${usageOf(name, verb)}`);
  return {
    verb,
    operands,
    limit,
    uses,
    days,
    from: values.from,
    to: values.to,
    name: values.name,
    json: values.json,
    after: values.after ?? null,
  };
}

const MAX_NUMBER = 1_000_000;

function numberOf(option: string, value: string): number {
  const number = Number(value);
  if (Number.isInteger(number) && number >= 1 && number <= MAX_NUMBER) return number;
  throw new UsageError(
    `--${option} must be a whole number from 1 to ${MAX_NUMBER}, not "${value}".`,
  );
}

const missing = (words: readonly string[]): string =>
  words.length === 0 ? 'Name a verb.' : `There is no verb "${words.join(' ')}".`;

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
