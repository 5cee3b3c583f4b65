import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import type { Result } from '../chapters/chapter.ts';

const DOCS = new URL('../../docs/', import.meta.url);
const PLOTS = new URL('benchmarks/', DOCS);

/**
 * Replaces what stands between a chapter's two marks, `<!-- bench:NAME -->` and
 * `<!-- /bench:NAME -->`, in every file of docs/, and writes its plots.
 */
export async function writeDocs(name: string, { text, plots = {} }: Result): Promise<void> {
  const files = (await readdir(DOCS)).filter((file) => file.endsWith('.md'));
  for (const file of files.map((file) => new URL(file, DOCS))) {
    const before = await readFile(file, 'utf8');
    const after = replaced(before, name, text);
    if (after !== before) await writeFile(file, after);
  }
  await mkdir(PLOTS, { recursive: true });
  for (const [plot, svg] of Object.entries(plots))
    await writeFile(new URL(`${plot}.svg`, PLOTS), svg);
}

function replaced(document: string, name: string, text: string): string {
  const [open, close] = [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`];
  const [start, end] = [document.indexOf(open), document.indexOf(close)];
  if (start < 0 || end < start) return document;
  return `${document.slice(0, start)}${open}\n\n${text}\n\n${document.slice(end)}`;
}
