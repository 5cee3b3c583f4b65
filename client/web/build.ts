import { createHash, randomUUID } from 'node:crypto';
import { globSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SOURCES = [
  'client/web/**/*.{html,css,svg,ts,tsx}',
  'client/core/**/*.ts',
  'package-lock.json',
];
const BUILT = ['client/web/dist', 'client/core/dist'];

/** So long an asset of an earlier page is kept: somebody may just be loading that. */
const KEPT_MS = 60_000;

/** Builds the page into a folder, unless it is there already. Several may do so at once. */
export async function build(out = join(HERE, 'dist')): Promise<void> {
  const stamp = `<!-- ${await hashOfSources()} -->`;
  const built = await readFile(join(out, 'index.html'), 'utf8').catch(() => '');
  if (built.endsWith(stamp)) return;
  const start = performance.now();
  process.stderr.write('Building the page … ');
  await publish(out, await bundle(), stamp);
  process.stderr.write(`done in ${((performance.now() - start) / 1000).toFixed(1)} s.\n`);
}

/** vitest calls this once before all tests. */
export default (): Promise<void> => build();

async function hashOfSources(): Promise<string> {
  const hash = createHash('sha256');
  for (const path of globSync(SOURCES, { cwd: ROOT, exclude: BUILT }).toSorted()) {
    hash.update(`${path}\n`).update(await readFile(join(ROOT, path)));
  }
  return hash.digest('hex');
}

async function bundle() {
  // Loaded for those who build: a server that finds the page built starts without it.
  const vite = await import('vite');
  const result = await vite.build({
    configFile: false,
    root: HERE,
    logLevel: 'error',
    // Whatever the environment says, as that of tests does: React for developers is twice as large.
    mode: 'production',
    define: { 'process.env.NODE_ENV': '"production"' },
    oxc: { jsx: { runtime: 'automatic', development: false } },
    build: {
      write: false,
      // Browsers of 2024 and later: what the page needs, and no rewriting for those before.
      target: ['chrome125', 'firefox128', 'safari18'],
      modulePreload: { polyfill: false },
      // As a data: URL it would have no place in the Content-Security-Policy.
      assetsInlineLimit: 0,
    },
  });
  if (!('output' in result)) throw new Error('Vite did not answer with one bundle.');
  return result.output;
}

/**
 * Puts the files where the server reads them. The name of an asset tells its content, so whoever
 * builds at the same time writes the same. Each file appears whole, and the page last, when what it
 * asks for is there; it also tells which sources it is from, so whoever is last makes all of it the
 * page.
 */
async function publish(
  out: string,
  files: Awaited<ReturnType<typeof bundle>>,
  stamp: string,
): Promise<void> {
  const assets = join(out, 'assets');
  await mkdir(assets, { recursive: true });
  const put = async (name: string, content: string | Uint8Array) => {
    const temporary = join(out, `${randomUUID()}.part`);
    await writeFile(temporary, content);
    await rename(temporary, join(out, name));
  };
  const contents = new Map(
    files.map((file) => [file.fileName, file.type === 'chunk' ? file.code : file.source]),
  );
  const page = contents.get('index.html');
  contents.delete('index.html');
  for (const [name, content] of contents) await put(name, content);
  await put('index.html', `${page}${stamp}`);
  for (const name of await readdir(assets)) {
    if (contents.has(`assets/${name}`)) continue;
    const { mtimeMs } = await stat(join(assets, name)).catch(() => ({ mtimeMs: 0 }));
    if (Date.now() - mtimeMs > KEPT_MS) await rm(join(assets, name), { force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build();
