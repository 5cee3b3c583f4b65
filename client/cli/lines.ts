/**
 * Characters in one line at most: far more than a server takes, and little beside what a process
 * has.
 */
export const MAX_LINE = 1_048_576;

/**
 * Cuts what is piped in into lines, holding no more than one of them. A line ends with a newline,
 * with or without a carriage return before it, as in the text files of POSIX and of Windows; the
 * last one may end without. Every other character belongs to its line, also those that JavaScript
 * or Unicode count as line ends: a carriage return alone, U+0085, U+2028. A byte order mark at the
 * beginning is not text. Yields undefined for a line that is too long.
 */
export async function* linesOf(input: NodeJS.ReadableStream): AsyncGenerator<string | undefined> {
  const decoder = new TextDecoder();
  let line: string | undefined = '';
  for await (const chunk of input) {
    const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    const [first = '', ...others] = text.split('\n');
    line = joined(line, first);
    for (const other of others) {
      yield withoutReturn(line);
      line = joined('', other);
    }
  }
  line = joined(line, decoder.decode());
  if (line !== '') yield line;
}

function joined(line: string | undefined, more: string): string | undefined {
  return line === undefined || line.length + more.length > MAX_LINE ? undefined : line + more;
}

const withoutReturn = (line: string | undefined): string | undefined =>
  line?.endsWith('\r') ? line.slice(0, -1) : line;
