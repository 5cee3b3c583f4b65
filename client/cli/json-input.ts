import { Failure } from './errors.ts';

/** A command and its fields, as a program gives them. */
export type JsonInput = { readonly command: string } & Readonly<Record<string, string>>;

/** Reads a line such as {"command":"send","to":"bob","text":"hi"}. Numbers count as texts. */
export function readJson(line: string): JsonInput {
  const given = parsed(line);
  if (typeof given !== 'object' || given === null || !('command' in given)) throw wrong();
  const fields = Object.entries(given).flatMap(([name, value]) => {
    if (value === null) return [];
    if (typeof value !== 'string' && typeof value !== 'number')
      throw new Failure('Usage', `The field ${name} must be a text or a number.`);
    return [[name, String(value)]];
  });
  return Object.fromEntries(fields);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw wrong();
  }
}

const wrong = (): Failure =>
  new Failure(
    'Usage',
    'Not a JSON object with a command, such as {"command":"send","to":"bob","text":"hi"}.',
  );
