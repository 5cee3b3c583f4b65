import { once } from 'node:events';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { costs } from './costs.ts';
import { type Engine, postgres, sqlite } from './engine.ts';
import { growth } from './growth.ts';
import { type Figures, medians, table } from './table.ts';
import { throughput } from './throughput.ts';

const { values: flags } = parseArgs({
  options: {
    /** Goes on to a million messages and accounts. */
    large: { type: 'boolean', default: false },
    /** Shows only that everything works. */
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
/** Whatever hangs ends here. */
const DEADLINE_MS = 15 * 60_000;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

function sayWhere(): void {
  const processor = `${availableParallelism()} cores of ${cpus()[0]?.model}`;
  say(
    `${new Date().toISOString()}, ${processor}, Node.js ${process.version}, load ${loadavg()[0]?.toFixed(1)}\n`,
  );
}

/** By turns, so that what disturbs the machine for a while disturbs all cases. */
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

async function measure(lite: Engine, post: Engine): Promise<void> {
  sayWhere();
  say('What a message costs: 50 senders, each to its own receiver, over WebSocket.\n');
  say(await costs(flags.quick ? 1 : 7, flags.quick ? 1 : 3));
  say('\nSending and delivering: 8 senders with 32 sends under way each, to 8 recipients.\n');
  say(
    await compare({
      'SQLite, 1 server': () => throughput(lite, 1, SECONDS),
      'PostgreSQL, 1 server': () => throughput(post, 1, SECONDS),
      'PostgreSQL, 2 servers': () => throughput(post, 2, SECONDS),
    }),
  );
  say('\nHow it grows: so many messages, and as many accounts.\n');
  for (const engine of [lite, post]) say(`${await grow(engine)}\n`);
  sayWhere();
}

/** Rejects when it has taken too long, or whoever started it has had enough. */
const cutOff = (): Promise<never> =>
  Promise.race([once(process, 'SIGINT'), wait(DEADLINE_MS, undefined, { ref: false })]).then(() => {
    throw new Error('The measurement was cut off.');
  });

async function main(): Promise<void> {
  await using lite = await sqlite();
  await using post = await postgres();
  await Promise.race([measure(lite, post), cutOff()]);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  // What is still under way ends with this process.
  process.exit(1);
}
