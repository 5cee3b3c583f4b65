export interface BarPlot {
  readonly title: string;
  /** The meaning of each bar of a row. */
  readonly series: readonly string[];
  readonly rows: readonly { readonly label: string; readonly values: readonly number[] }[];
  /** Writes a value beside its bar. */
  format(value: number): string;
}

const WIDTH = 760;
const LABELS = 240;
const BARS = WIDTH - LABELS - 90;
const BAR = 14;
const GAP = 12;
const HEAD = 64;

/** The colours follow the reader's: an SVG in an <img> knows only the media query. */
const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #1f2328; }
  .title { font-weight: 600; font-size: 15px; }
  .ours { font-weight: 600; }
  .label { text-anchor: end; }
  .series0 { fill: #0969da; } .series1 { fill: #bf5b04; } .series2 { fill: #6e7781; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .series0 { fill: #58a6ff; } .series1 { fill: #f0883e; } .series2 { fill: #8b949e; }
  }`;

/** Draws horizontal bars as an SVG document. A value that is missing has no bar. */
export function barPlot({ title, series, rows, format }: BarPlot): string {
  const known = rows.flatMap(({ values }) => values).filter(Number.isFinite);
  const scale = BARS / Math.max(...known, Number.MIN_VALUE);
  const rowHeight = series.length * BAR + GAP;
  const height = HEAD + rows.length * rowHeight;
  const drawn = rows.map(({ label, values }, row) => {
    const top = HEAD + row * rowHeight;
    const middle = top + (series.length * BAR) / 2 + 4;
    const bars = values.map((value, index) =>
      Number.isFinite(value)
        ? bar(top + index * BAR, index, Math.max(1, value * scale), format(value))
        : '',
    );
    const kind = label.startsWith('Parley') ? 'label ours' : 'label';
    return `<text class="${kind}" x="${LABELS - 10}" y="${middle}">${escaped(label)}</text>${bars.join('')}`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(title)}">
<style>${STYLE}
</style>
<text class="title" x="0" y="18">${escaped(title)}</text>
${legend(series)}
${drawn.join('\n')}
</svg>
`;
}

function bar(y: number, index: number, length: number, value: string): string {
  const width = length.toFixed(1);
  const end = (LABELS + length + 6).toFixed(1);
  return (
    `<rect class="series${index}" x="${LABELS}" y="${y}" width="${width}" height="${BAR - 2}"/>` +
    `<text x="${end}" y="${y + BAR - 3}">${escaped(value)}</text>`
  );
}

function legend(series: readonly string[]): string {
  const step = BARS / Math.max(series.length, 2);
  return series
    .map((name, index) => {
      const x = LABELS + index * step;
      return `<rect class="series${index}" x="${x}" y="36" width="12" height="12"/><text x="${x + 18}" y="47">${escaped(name)}</text>`;
    })
    .join('\n');
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
