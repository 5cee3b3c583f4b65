import { once } from 'node:events';
import { type Event, isForTerminal } from './event.ts';
import { format } from './print.ts';

export interface ReporterOptions {
  readonly json: boolean;
  readonly output: NodeJS.WritableStream;
  readonly errors: NodeJS.WritableStream;
}

/** Reports events without a terminal. */
export interface Reporter {
  say(event: Event): void;
  /** Writes a text to the output unchanged; resolves when there is room for more. */
  write(text: string): Promise<void>;
  /** 0, or what the first failure says. */
  readonly exitCode: number;
}

/** Events that are about the run, and not its results. They are kept off the output. */
const ASIDES: readonly Event['event'][] = ['error', 'note', 'status', 'delay'];

export function newReporter({ json, output, errors }: ReporterOptions): Reporter {
  let exitCode = 0;
  return {
    say(event) {
      if (isForTerminal(event)) return;
      exitCode ||= exitCodeOf(event);
      // After an export, whose messages are the output.
      const isAside = event.event === 'exported' || (!json && ASIDES.includes(event.event));
      (isAside ? errors : output).write(`${format(event, json)}\n`);
      // A program may not look at its input while it waits, but a person wants to know why it does.
      if (json && event.event === 'delay') errors.write(`${format(event, false)}\n`);
    },
    async write(text) {
      if (!output.write(`${text}\n`)) await once(output, 'drain');
    },
    get exitCode() {
      return exitCode;
    },
  };
}

/** A failure that may pass, one of the input, or any other. */
function exitCodeOf(event: Event): number {
  if (event.event === 'status') return event.status === 'ended' ? 1 : 0;
  if (event.event !== 'error') return 0;
  if (event.code === 'Usage' || event.code === 'UnknownCommand') return 2;
  return event.code === 'Unreachable' ? 3 : 1;
}
