import { Counter, collectDefaultMetrics, Gauge, Registry } from '@prometheus-io/client';
import type { Doorbell } from './live/doorbell.ts';
import { droppedLines } from './log.ts';

export interface Metrics {
  readonly registry: Registry;
  readonly operations: Counter<'kind' | 'outcome'>;
  readonly sockets: Gauge;
}

/** The numbers that `/metrics` shows, in Prometheus' text format. */
export function openMetrics(bell: Doorbell): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'parley_doorbell_listeners',
    help: 'Subscriptions and connected sessions that wait for news.',
    registers: [registry],
    collect() {
      this.set(bell.listeners);
    },
  });
  new Counter({
    name: 'parley_doorbell_notifications_total',
    help: 'Notifications to and from other servers; each carries all that rang meanwhile.',
    labelNames: ['direction'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [direction, count] of Object.entries(bell.traffic)) this.inc({ direction }, count);
    },
  });
  new Counter({
    name: 'parley_log_lines_dropped_total',
    help: 'Lines of the log that could not be written to stderr.',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(droppedLines());
    },
  });
  return {
    registry,
    operations: new Counter({
      name: 'parley_operations_total',
      help: 'GraphQL operations by kind and by "ok" or the code of their first error.',
      labelNames: ['kind', 'outcome'],
      registers: [registry],
    }),
    sockets: new Gauge({
      name: 'parley_sockets',
      help: 'WebSockets that are open.',
      registers: [registry],
    }),
  };
}
