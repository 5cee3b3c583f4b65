import { once } from 'node:events';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { costs } from './costs.ts';
import { type Engine, openPostgres, openSqlite } from './engine.ts';
import { growth } from './growth.ts';
import { type Figures, medians, table } from './table.ts';
import { throughput } from './throughput.ts';

const { values: flags } = parseArgs({
  options: {
    /** Measures up to a million messages and accounts. */
    large: { type: 'boolean', default: false },
    /** Checks that the benchmark works, without useful figures. */
    quick: { type: 'boolean', default: false },
  },
});

const ROUNDS = flags.quick ? 1 : 3;
const SECONDS = flags.quick ? 2 : 6;
const SIZES = flags.quick
  ? [10_000]
  : flags.large
    ? [10_000, 100_000, 1_000_000]
    : [10_000, 100_000];
/** Ends a run that hangs. */
const DEADLINE_MS = 60 * 60_000;

const print = (text: string): void => void process.stdout.write(`${text}\n`);

function printEnvironment(): void {
  const processor = `${availableParallelism()} cores of ${cpus()[0]?.model}`;
  print(
    `${new Date().toISOString()}, ${processor}, Node.js ${process.version}, load ${loadavg()[0]?.toFixed(1)}\n`,
  );
}

/** Takes the cases in turns, so that a disturbance of the machine affects all of them. */
async function compare(cases: Readonly<Record<string, () => Promise<Figures>>>): Promise<string> {
  const rounds: Record<string, Figures>[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    const figures: Record<string, Figures> = {};
    for (const [name, measure] of Object.entries(cases)) figures[name] = await measure();
    rounds.push(figures);
  }
  const medianOf = (name: string) => [name, medians(rounds.map((figures) => figures[name] ?? {}))];
  return table('', Object.fromEntries(Object.keys(cases).map(medianOf)));
}

async function grow(engine: Engine): Promise<string> {
  const cases: Record<string, Figures> = {};
  for (const size of SIZES) cases[size.toLocaleString('en')] = await growth(engine, size);
  return table(engine.name, cases);
}

async function measure(sqlite: Engine, postgres: Engine): Promise<void> {
  printEnvironment();
  print('Cost of a message: 50 senders, each with its own recipient, over WebSocket.\n');
  print(await costs(flags.quick ? 1 : 7, flags.quick ? 1 : 3));
  print('\nThroughput: 8 senders with 32 concurrent sends each, to 8 recipients.\n');
  print(
    await compare({
      'SQLite, 1 server': () => throughput(sqlite, 1, SECONDS),
      'PostgreSQL, 1 server': () => throughput(postgres, 1, SECONDS),
      'PostgreSQL, 2 servers': () => throughput(postgres, 2, SECONDS),
    }),
  );
  print('\nResponse times by number of messages and accounts.\n');
  for (const engine of [sqlite, postgres]) print(`${await grow(engine)}\n`);
  printEnvironment();
}

/** Rejects after the deadline, or on Ctrl+C. */
const cutOff = (): Promise<never> =>
  Promise.race([once(process, 'SIGINT'), wait(DEADLINE_MS, undefined, { ref: false })]).then(() => {
    throw new Error('The benchmark was interrupted.');
  });

async function main(): Promise<void> {
  await using sqlite = await openSqlite();
  await using postgres = await openPostgres();
  await Promise.race([measure(sqlite, postgres), cutOff()]);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  // Does not wait for operations in progress.
  process.exit(1);
}
