import { readdir, readFile } from 'node:fs/promises';

/** CPU seconds that a server and its database used. Zero for a database within the server. */
export interface Cpu {
  readonly server: number;
  readonly database: number;
}

/** The unit of CPU times in /proc, the same on every Linux machine. */
const TICKS_PER_SECOND = 100;

/** CPU seconds that a process has used, without its children. Linux only. */
export async function cpuOf(pid: number): Promise<number> {
  const { ownTicks } = await statOf(pid);
  return ownTicks / TICKS_PER_SECOND;
}

/** CPU seconds of a process and its children, including ended ones. */
export async function cpuOfTree(parent: number): Promise<number> {
  let ticks = 0;
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)) {
    // A process that has ended meanwhile counts towards its parent.
    const stat = await statOf(pid).catch(() => undefined);
    if (stat && (pid === parent || stat.parent === parent))
      ticks += stat.ownTicks + stat.childrenTicks;
  }
  return ticks / TICKS_PER_SECOND;
}

/** Megabytes of memory that a process holds now, and held at most. */
export async function memoryOf(pid: number): Promise<{ now: number; peak: number }> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const megabytes = (name: string) =>
    Number(new RegExp(`^${name}:\\s*(\\d+) kB`, 'm').exec(status)?.[1]) / 1_024;
  return { now: megabytes('VmRSS'), peak: megabytes('VmHWM') };
}

/** What Linux knows of a process (proc(5), "stat"), with CPU times in ticks. */
async function statOf(pid: number) {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The name is in parentheses and may contain anything. The field after it is number 3.
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const ticks = (first: number) => (fields[first - 3] ?? 0) + (fields[first - 2] ?? 0);
  return { parent: fields[4 - 3], ownTicks: ticks(14), childrenTicks: ticks(16) };
}
