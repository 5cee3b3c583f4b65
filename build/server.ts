// Builds the server into deploy/package/dist: JavaScript, the web client, and a program for each
// command. Folders are those of the repository, since files find each other by relative addresses.
// What it depends on is installed beside it, since npm packs that too.

import { execFile } from 'node:child_process';
import { copyFile, cp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import ts from 'typescript';
import { build as buildPage } from '../client/web/build.ts';
import { emit, readProgram } from './compile.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SERVER = join(ROOT, 'server');
const PACKAGE = join(ROOT, 'deploy/package');
const OUT = join(PACKAGE, 'dist');

/** The file of each command of the package. */
const COMMANDS = {
  'parley-admin': 'admin/main',
  'parley-backup': 'backup',
  'parley-server': 'main',
};
/** Files that are not imported: each runs in a thread of its own. */
const WORKERS = ['store/sqlite-wal-worker', 'transport/graphiql-worker'];
/** Files that are served, run first, or read by an operator. */
const COPIED = [
  'client/graphiql',
  'client/web/ui/icons/icon.svg',
  'deploy/parley.service',
  'docs/operations.md',
  'server/require-node.mjs',
];

const program = readProgram(
  [...Object.values(COMMANDS), ...WORKERS].map((name) => join(SERVER, `${name}.ts`)),
  {
    target: ts.ScriptTarget.ESNext,
    types: [],
    // A container builds without the types of packages, which `npm run check` has.
    noCheck: true,
    rootDir: ROOT,
    outDir: OUT,
  },
);
await rm(OUT, { recursive: true, force: true });
emit(program);
for (const path of COPIED) await cp(join(ROOT, path), join(OUT, path), { recursive: true });
await buildPage(join(OUT, 'client/web/dist'));
for (const [command, name] of Object.entries(COMMANDS)) await writeCommand(command, name);
await installDependencies();

/** Writes a program that says which Node it needs before it loads what an older one cannot. */
async function writeCommand(command: string, name: string): Promise<void> {
  const lines = [
    '#!/usr/bin/env node',
    "import './server/require-node.mjs';",
    `await import('./server/${name}.js');`,
  ];
  await writeFile(join(OUT, `${command}.js`), `${lines.join('\n')}\n`);
}

/** Installs what the server needs of the packages that the repository has locked. */
async function installDependencies(): Promise<void> {
  await copyFile(join(ROOT, 'package-lock.json'), join(PACKAGE, 'package-lock.json'));
  const options = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
  await promisify(execFile)('npm', ['install', ...options], { cwd: PACKAGE });
}
