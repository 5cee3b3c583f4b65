import { Failure } from '../errors.ts';
import type { Command } from './command.ts';

/** The failure of a verb that no command has, with the one that was probably meant. */
export function unknownCommand(verb: string, commands: readonly Command[]): Failure {
  const meant = nearest(
    verb,
    commands.map(({ name }) => name),
  );
  const advice = meant ? `Did you mean ${meant}?` : 'Type help for a list.';
  return new Failure('UnknownCommand', `Unknown command: ${verb}. ${advice}`);
}

/** The word that a mistyped one is closest to. Undefined if no word is close. */
export function nearest(mistyped: string, words: readonly string[]): string | undefined {
  const close = words
    .map((word) => ({ word, edits: editsBetween(mistyped, word) }))
    .filter(({ word, edits }) => edits <= (word.length < 5 ? 1 : 2))
    .sort((a, b) => a.edits - b.edits);
  return close[0]?.word;
}

/** A verb is never that long, and the table below grows with it. */
const LONGEST = 20;

/** How many letters to add, remove, replace or swap with their neighbour to get from a to b. */
function editsBetween(a: string, b: string): number {
  if (a.length > LONGEST) return Number.POSITIVE_INFINITY;
  const edits: number[][] = [];
  const at = (row: number, column: number): number =>
    row < 0 || column < 0 ? Number.POSITIVE_INFINITY : (edits[row]?.[column] ?? 0);
  for (let row = 0; row <= a.length; row += 1) {
    edits.push([]);
    for (let column = 0; column <= b.length; column += 1) {
      const replaced = at(row - 1, column - 1) + Number(a[row - 1] !== b[column - 1]);
      const isSwap = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const swapped = isSwap ? at(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY;
      const changed = Math.min(at(row - 1, column) + 1, at(row, column - 1) + 1, replaced, swapped);
      edits[row]?.push(row + column === 0 ? 0 : changed);
    }
  }
  return at(a.length, b.length);
}
