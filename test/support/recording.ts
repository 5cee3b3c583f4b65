import { writeFile } from 'node:fs/promises';

/** The size of a character in pixels, at the font size below. */
const [CHARACTER, LINE] = [7.8, 18];
const FONT_SIZE = 13;
const PADDING = 14;
const [COLUMNS, ROWS] = [52, 7];
const WIDTH = Math.round(COLUMNS * CHARACTER) + 2 * PADDING;
const HEIGHT = ROWS * LINE + 2 * PADDING;
const TOP = 40;

/** A moment of a recording: a caption, and the last lines of each terminal. */
interface Frame {
  readonly caption: string;
  readonly screens: readonly (readonly string[])[];
  readonly seconds: number;
}

/** What terminals show, moment by moment, as one animated SVG that follows the reader's theme. */
export interface Recording {
  add(frame: Frame): void;
  save(path: string): Promise<void>;
}

export function newRecording(): Recording {
  const frames: Frame[] = [];
  return {
    add: (frame) => void frames.push(frame),
    save: (path) => writeFile(path, svgOf(frames)),
  };
}

function svgOf(frames: readonly Frame[]): string {
  const terminals = Math.max(...frames.map(({ screens }) => screens.length));
  const width = terminals * WIDTH + (terminals - 1) * PADDING;
  const total = frames.reduce((sum, { seconds }) => sum + seconds, 0);
  let start = 0;
  const timing = frames.map(({ seconds }, index) => {
    const [from, to] = [(100 * start) / total, (100 * (start + seconds)) / total];
    start += seconds;
    // Each frame is hidden but for its own part of the whole.
    const before = from > 0 ? `0%,${from.toFixed(2)}%{opacity:0}` : '';
    const after = to < 99.99 ? `${to.toFixed(2)}%,100%{opacity:0}` : '';
    const shown = `${(from + 0.01).toFixed(2)}%,${(to - 0.01).toFixed(2)}%{opacity:1}`;
    return `@keyframes f${index}{${before}${shown}${after}}.f${index}{animation-name:f${index}}`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${TOP + HEIGHT}" width="${width}" height="${TOP + HEIGHT}" role="img">
<style>
text{font:${FONT_SIZE}px ui-monospace,monospace;fill:#e9ebf1;white-space:pre}
.caption{font:600 16px system-ui,sans-serif;fill:#171a21;text-anchor:middle}
rect{fill:#1a1d24;stroke:#3a4150}
.frame{opacity:0;animation:${total}s step-end infinite}
${timing.join('\n')}
@media (prefers-color-scheme:dark){.caption{fill:#e9ebf1}}
@media (prefers-reduced-motion:reduce){.frame{animation:none}.frame:last-child{opacity:1}}
</style>
${Array.from({ length: terminals }, (_, index) => `<rect x="${leftOf(index) + 0.5}" y="${TOP + 0.5}" width="${WIDTH - 1}" height="${HEIGHT - 1}" rx="10"/>`).join('\n')}
${frames.map((frame, index) => `<g class="frame f${index}">${contentOf(frame, width)}</g>`).join('\n')}
</svg>
`;
}

const leftOf = (terminal: number): number => terminal * (WIDTH + PADDING);

function contentOf({ caption, screens }: Frame, width: number): string {
  const lines = screens.flatMap((screen, terminal) =>
    screen.slice(-ROWS).map((line, row) => {
      const [x, y] = [leftOf(terminal) + PADDING, TOP + PADDING + LINE * row + FONT_SIZE];
      // With any font, a character takes its place and no more.
      return line === ''
        ? ''
        : `<text x="${x}" y="${y}" textLength="${(line.length * CHARACTER).toFixed(1)}">${escaped(line)}</text>`;
    }),
  );
  return `<text class="caption" x="${width / 2}" y="24">${escaped(caption)}</text>${lines.join('')}`;
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
