import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Bench } from './chapters/chapter.ts';
import { CHAPTERS } from './chapters/index.ts';
import { writeDocs } from './report/documents.ts';
import { environment } from './report/environment.ts';
import { openPostgres, openSqlite } from './servers/engine.ts';
import { subjects } from './servers/subjects.ts';

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** Only checks that the benchmark works: the figures are useless. */
    quick: { type: 'boolean', default: false },
    /** How often each cost is measured. */
    rounds: { type: 'string', default: '7' },
    /** Measures only the servers whose name contains this. */
    only: { type: 'string', default: '' },
    /** Writes the tables and plots into docs/. */
    'write-docs': { type: 'boolean', default: false },
  },
});

/** Ends a run that hangs. */
const DEADLINE_MS = 3 * 60 * 60_000;

async function run(): Promise<void> {
  await using sqlite = await openSqlite();
  await using postgres = await openPostgres();
  const engines = { sqlite, postgres };
  const bench: Bench = {
    engines,
    subjects: subjects(engines).filter(({ name }) => name.includes(flags.only)),
    quick: flags.quick,
    rounds: flags.quick ? 1 : Number(flags.rounds),
    seconds: flags.quick ? 1 : Number(process.env.SECONDS ?? 2),
  };
  await report('environment', { text: await environment(postgres) });
  for (const { name, title, run } of chosen()) {
    process.stdout.write(`## ${title} (${name})\n\n`);
    await report(name, await run(bench));
  }
}

async function report(name: string, result: Parameters<typeof writeDocs>[1]): Promise<void> {
  process.stdout.write(`${result.text}\n\n`);
  if (flags['write-docs']) await writeDocs(name, result);
}

/** The chapters named on the command line; all of them if none is. */
function chosen() {
  const unknown = positionals.find((word) => !CHAPTERS.some(({ name }) => name === word));
  if (unknown !== undefined) {
    const names = CHAPTERS.map(({ name }) => name).join(', ');
    throw new Error(`There is no chapter "${unknown}". The chapters are ${names}.`);
  }
  return CHAPTERS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
}

/** Rejects after the deadline, or on Ctrl+C. */
const cutOff = (): Promise<never> =>
  Promise.race([once(process, 'SIGINT'), wait(DEADLINE_MS, undefined, { ref: false })]).then(() => {
    throw new Error('The benchmark was interrupted.');
  });

try {
  await Promise.race([run(), cutOff()]);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  // Does not wait for operations in progress.
  process.exit(1);
}
