import { createHash } from 'node:crypto';
import { globSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const OUT = join(HERE, 'dist');
/** Names the sources that the folder was built from. */
const STAMP = join(OUT, 'sources.sha256');
const SOURCES = ['client/web/*.{html,css,ts,tsx}', 'client/core/*.ts', 'package-lock.json'];

/** Builds the page into dist/, unless it is there already. Several may do so at once. */
export async function build(): Promise<void> {
  const sources = await hashOfSources();
  if ((await readFile(STAMP, 'utf8').catch(() => '')) === sources) return;
  const start = performance.now();
  process.stderr.write('Building the page … ');
  await publish(await bundle(), sources);
  process.stderr.write(`done in ${((performance.now() - start) / 1000).toFixed(1)} s.\n`);
}

/** vitest calls this once before all tests. */
export default build;

async function hashOfSources(): Promise<string> {
  const hash = createHash('sha256');
  for (const path of globSync(SOURCES, { cwd: ROOT }).toSorted()) {
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
 * Puts the files where the server reads them. The name of an asset tells its content, so whoever builds at the same
 * time writes the same; each file appears whole, and the page last, when what it asks for is there.
 */
async function publish(files: Awaited<ReturnType<typeof bundle>>, sources: string): Promise<void> {
  await mkdir(join(OUT, 'assets'), { recursive: true });
  const put = async (path: string, content: string | Uint8Array) => {
    const temporary = `${path}.${process.pid}`;
    await writeFile(temporary, content);
    await rename(temporary, path);
  };
  const names = files
    .map(({ fileName }) => fileName)
    .toSorted((a, b) => Number(a === 'index.html') - Number(b === 'index.html'));
  for (const name of names) {
    const file = files.find(({ fileName }) => fileName === name);
    if (file) await put(join(OUT, name), file.type === 'chunk' ? file.code : file.source);
  }
  await put(STAMP, sources);
  for (const name of await readdir(join(OUT, 'assets'))) {
    if (!/\.\d+$/.test(name) && !names.includes(`assets/${name}`)) await rm(join(OUT, 'assets', name), { force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build();
