import { createHash, randomUUID } from 'node:crypto';
import { globSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pageFiles } from './page-files.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SOURCES = [
  'client/web/**/*.{html,css,svg,png,js,ts,tsx}',
  'client/core/**/*.ts',
  'package-lock.json',
];
const BUILT = ['client/web/dist', 'client/core/dist'];

/** The age, in ms, up to which assets are kept for browsers that are loading an earlier page. */
const KEEP_MS = 60_000;

/** Builds the page into a folder, unless it is up to date. Concurrent builds are safe. */
export async function build(out = join(HERE, 'dist')): Promise<void> {
  const stamp = `<!-- ${await hashOfSources()} -->`;
  const built = await readFile(join(out, 'index.html'), 'utf8').catch(() => '');
  if (built.endsWith(stamp)) return;
  const start = performance.now();
  process.stderr.write('Building the page … ');
  await publish(out, await bundle(), stamp);
  process.stderr.write(`done in ${((performance.now() - start) / 1000).toFixed(1)} s.\n`);
}

/** Called by vitest once before all tests. */
export default (): Promise<void> => build();

async function hashOfSources(): Promise<string> {
  const hash = createHash('sha256');
  for (const path of globSync(SOURCES, { cwd: ROOT, exclude: BUILT }).toSorted()) {
    hash.update(`${path}\n`).update(await readFile(join(ROOT, path)));
  }
  return hash.digest('hex');
}

async function bundle() {
  // Imported on demand, so that a server whose page is up to date starts without it.
  const vite = await import('vite');
  const result = await vite.build({
    configFile: false,
    root: HERE,
    // Relative addresses, so that a proxy can put the page at any path.
    base: './',
    logLevel: 'error',
    plugins: [pageFiles()],
    // Set here because tests set NODE_ENV: the development build of React is twice as large.
    mode: 'production',
    define: { 'process.env.NODE_ENV': '"production"' },
    oxc: { jsx: { runtime: 'automatic', development: false } },
    build: {
      write: false,
      // Browsers since 2024. The page uses their features without polyfills.
      target: ['chrome125', 'firefox128', 'safari18'],
      modulePreload: { polyfill: false },
      // The Content-Security-Policy allows no data: URLs.
      assetsInlineLimit: 0,
    },
  });
  if (!('output' in result)) throw new Error('Vite returned more than one bundle.');
  return result.output;
}

/**
 * Writes the files to the folder that the server reads. Asset names contain a hash of the content,
 * so concurrent builds write the same files. The page comes last, once its assets exist, and ends
 * with a stamp of its sources.
 */
async function publish(
  out: string,
  files: Awaited<ReturnType<typeof bundle>>,
  stamp: string,
): Promise<void> {
  await mkdir(join(out, 'assets'), { recursive: true });
  const contents = new Map(
    files.map((file) => [file.fileName, file.type === 'chunk' ? file.code : file.source]),
  );
  const page = contents.get('index.html');
  contents.delete('index.html');
  for (const [name, content] of contents) await put(out, name, content);
  await put(out, 'index.html', `${page}${stamp}`);
  await removeOldAssets(
    join(out, 'assets'),
    [...contents.keys()].map((name) => basename(name)),
  );
}

/** Writes a file under another name first, so that it is never seen half written. */
async function put(out: string, name: string, content: string | Uint8Array): Promise<void> {
  const temporary = join(out, `${randomUUID()}.part`);
  await writeFile(temporary, content);
  await rename(temporary, join(out, name));
}

async function removeOldAssets(folder: string, current: readonly string[]): Promise<void> {
  for (const name of await readdir(folder)) {
    if (current.includes(name)) continue;
    const { mtimeMs } = await stat(join(folder, name)).catch(() => ({ mtimeMs: 0 }));
    if (Date.now() - mtimeMs > KEEP_MS) await rm(join(folder, name), { force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build();
