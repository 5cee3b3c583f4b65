/** The most characters in a line: far more than a server accepts, and little memory. */
export const MAX_LINE = 1_048_576;

/**
 * Splits piped input into lines, holding at most one in memory. A line ends with LF or CRLF; the
 * last one may end without. Every other character belongs to its line, even those that JavaScript
 * or Unicode count as line ends: a lone carriage return, U+0085, U+2028. A leading byte order mark
 * is dropped. Yields undefined for a line that is too long.
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
