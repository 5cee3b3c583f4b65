/** The measurements of one case by name. NaN where there is nothing to measure. */
export type Figures = Readonly<Record<string, number>>;

/** The median; the upper one of two. */
export const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;

/** The median, and the lower and upper quartiles. */
export function quartiles(numbers: readonly number[]) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const at = (part: number) => sorted[Math.floor(part * (sorted.length - 1))] ?? Number.NaN;
  return { lower: at(0.25), median: median(sorted), upper: at(0.75) };
}

/** The median of each figure over several rounds. */
export function medians(rounds: readonly Figures[]): Figures {
  return Object.fromEntries(
    Object.keys(rounds[0] ?? {}).map((name) => [
      name,
      median(rounds.map((round) => round[name] ?? Number.NaN)),
    ]),
  );
}

/** Lays out cases side by side, each figure with its ratio to the first case that has it. */
export function table(title: string, cases: Readonly<Record<string, Figures>>): string {
  const columns = Object.values(cases);
  const rows = Object.keys(columns[0] ?? {}).map((name) => {
    const figures = columns.map((column) => column[name] ?? Number.NaN);
    const base = figures.find(isMeasured);
    return [
      name,
      ...figures.flatMap((figure) => [formatted(figure), formattedRatio(figure, base)]),
    ];
  });
  const head = [title, ...Object.keys(cases).flatMap((name) => [name, 'ratio'])];
  return markdown([head, ...rows]);
}

const isMeasured = (figure: number): boolean => figure > 0 && Number.isFinite(figure);

export const formatted = (figure: number): string =>
  isMeasured(figure) ? figure.toLocaleString('en', { maximumSignificantDigits: 3 }) : '–';

const formattedRatio = (figure: number, base: number | undefined): string =>
  isMeasured(figure) && base !== undefined
    ? `× ${(figure / base).toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`
    : '';

/** A Markdown table, aligned so that it also reads well in a terminal. */
export function markdown(rows: readonly string[][]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const lines = rows.map((row) => {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
    return `| ${cells.join(' | ')} |`;
  });
  const rule = `|${widths.map((width, column) => `${'-'.repeat(width + 1)}${column === 0 ? '-' : ':'}`).join('|')}|`;
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}
