import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from '@prometheus-io/client';
import type { Meter } from './domain/meter.ts';
import { type Observed, watch, watchSockets } from './observed.ts';
import { variable } from './settings.ts';
import { CONNECTION_LIMITS, type Metrics, REFUSAL_REASONS } from './transport/backend.ts';

/** Bounds of durations, in seconds: from a read in memory to the longest wait for a database. */
const SECONDS = [0.001, 0.005, 0.025, 0.1, 0.5, 1, 2.5, 5];
const BATCH_SIZES = [1, 2, 5, 10, 25, 50, 100, 250, 500];
/** The close codes that this server sends, and those of usual clients. A client may send any. */
const CLOSE_CODES = [1000, 1001, 1005, 1006, 1009, 1013, 4400, 4401, 4403, 4406, 4408, 4409, 4429];

/** Opens the metrics of a server, in Prometheus' text format, with those of Node.js. */
export function openMetrics(observed: Observed): Metrics & Meter {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  watch(registry, observed);
  timeRings(registry, observed.bell);
  return {
    ...transportMetrics(registry),
    ...openMeter(registry),
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
}

function timeRings(registry: Registry, bell: Observed['bell']): void {
  const delays = new Histogram({
    name: 'parley_doorbell_delay_seconds',
    help: 'Time from a ring until it has come back from the servers. One is timed at a time.',
    buckets: SECONDS,
    registers: [registry],
  });
  bell.observeDelay((seconds) => delays.observe(seconds));
}

function transportMetrics(registry: Registry): Omit<Metrics, 'contentType' | 'text'> {
  const registers = [registry];
  const closes = new Counter({
    name: 'parley_socket_closes_total',
    help: 'Closed WebSockets by close code.',
    labelNames: ['code'],
    registers,
  });
  const refusals = new Counter({
    name: 'parley_requests_refused_total',
    help: 'Requests and operations that were refused before they ran, by reason.',
    labelNames: ['reason'],
    registers,
  });
  const limited = new Counter({
    name: 'parley_connections_limited_total',
    help: 'Connections that were closed, or sockets that were paused, by the limit that they reached.',
    labelNames: ['limit'],
    registers,
  });
  const subscriptions = new Gauge({
    name: 'parley_subscriptions',
    help: 'Open subscriptions by field.',
    labelNames: ['field'],
    registers,
  });
  // From the start, so that the first of each is an increase.
  for (const reason of REFUSAL_REASONS) refusals.inc({ reason }, 0);
  for (const limit of CONNECTION_LIMITS) limited.inc({ limit: variable(limit) }, 0);
  return {
    recordOperation: operationRecorder(registry),
    countSubscription: (field, change) => subscriptions.inc({ field }, change),
    countRefusal: (reason) => refusals.inc({ reason }),
    countLimited: (limit) => limited.inc({ limit: variable(limit) }),
    countClose: (code) => closes.inc({ code: CLOSE_CODES.includes(code) ? code : 'other' }),
    observeSockets: (open) => watchSockets(registry, open),
  };
}

function operationRecorder(registry: Registry): Metrics['recordOperation'] {
  const registers = [registry];
  const operations = new Counter({
    name: 'parley_operations_total',
    help: 'GraphQL operations by kind and outcome: "ok", or the code of the first error or refusal.',
    labelNames: ['kind', 'outcome'],
    registers,
  });
  const durations = new Histogram({
    name: 'parley_operation_duration_seconds',
    help: 'Duration of queries and mutations by root field and outcome.',
    labelNames: ['field', 'outcome'],
    buckets: SECONDS,
    registers,
  });
  return (kind, field, outcome, seconds) => {
    operations.inc({ kind, outcome });
    // A subscription lasts as long as its client stays.
    if (kind !== 'subscription') durations.observe({ field, outcome }, seconds);
  };
}

function openMeter(registry: Registry): Meter {
  const registers = [registry];
  // Plain numbers, since the library looks a counter's labels up at each increment.
  let sent = 0;
  let delivered = 0;
  let held = 0;
  new Counter({
    name: 'parley_messages_sent_total',
    help: 'Messages stored. A repeat of an earlier send stores none.',
    registers,
    collect() {
      this.reset();
      this.inc(sent);
    },
  });
  new Counter({
    name: 'parley_messages_delivered_total',
    help: 'Messages handed to messageReceived subscriptions, once for each subscription.',
    registers,
    collect() {
      this.reset();
      this.inc(delivered);
    },
  });
  new Gauge({
    name: 'parley_changes_held',
    help: 'Sends and acknowledgements that wait for an account that another transaction has locked.',
    registers,
    collect() {
      this.set(held);
    },
  });
  const sizes = new Histogram({
    name: 'parley_commit_batch_size',
    help: 'Sends and acknowledgements that shared a transaction.',
    buckets: BATCH_SIZES,
    registers,
  });
  const durations = new Histogram({
    name: 'parley_commit_duration_seconds',
    help: 'Duration of the transactions of sends and acknowledgements, flush included.',
    buckets: SECONDS,
    registers,
  });
  const lags = new Histogram({
    name: 'parley_tail_lag_seconds',
    help: 'Time from a ring until messageReceived hands over everything up to it.',
    buckets: SECONDS,
    registers,
  });
  return {
    countSent(count) {
      sent += count;
    },
    countDelivered(count, lag) {
      delivered += count;
      if (lag !== undefined) lags.observe(lag);
    },
    countHeld(change) {
      held += change;
    },
    recordCommit(changes, seconds) {
      sizes.observe(changes);
      durations.observe(seconds);
    },
  };
}
