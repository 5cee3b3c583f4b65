import { Counter, collectDefaultMetrics, Gauge, Registry } from '@prometheus-io/client';
import type { Doorbell } from './live/doorbell.ts';
import type { LogOutput } from './log.ts';
import type { Metrics } from './transport/backend.ts';

/** Opens the metrics of a server, in Prometheus' text format, with those of Node.js. */
export function openMetrics(bell: Doorbell, { droppedLines }: LogOutput): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'parley_doorbell_listeners',
    help: 'Subscriptions and connected sessions that are waiting for a ring.',
    registers,
    collect() {
      this.set(bell.listeners);
    },
  });
  new Counter({
    name: 'parley_doorbell_notifications_total',
    help: 'Notifications to and from other servers. One notification can carry many rings.',
    labelNames: ['direction'],
    registers,
    collect() {
      this.reset();
      for (const [direction, count] of Object.entries(bell.traffic)) this.inc({ direction }, count);
    },
  });
  new Counter({
    name: 'parley_log_lines_dropped_total',
    help: 'Log lines that could not be written to stderr.',
    registers,
    collect() {
      this.reset();
      this.inc(droppedLines());
    },
  });
  const operations = new Counter({
    name: 'parley_operations_total',
    help: 'GraphQL operations by kind and outcome: "ok" or the code of the first error.',
    labelNames: ['kind', 'outcome'],
    registers,
  });
  const sockets = new Gauge({ name: 'parley_sockets', help: 'Open WebSockets.', registers });
  return {
    countOperation: (kind, outcome) => operations.inc({ kind, outcome }),
    setSocketCount: (count) => sockets.set(count),
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
}
