import { Counter, Gauge, type Registry } from '@prometheus-io/client';
import type { Services } from './domain/services.ts';
import type { LogOutput } from './log.ts';
import type { Buffering } from './transport/backend.ts';

/** The parts of a server that keep numbers of their own. They are read when metrics are asked for. */
export interface Observed extends Pick<Services, 'bell' | 'passwords' | 'store'> {
  readonly logOutput: Pick<LogOutput, 'droppedLines'>;
  readonly version: string;
}

/** Registers the metrics of what is observed. */
export function watch(registry: Registry, observed: Observed): void {
  const { bell, logOutput, passwords, store, version } = observed;
  const registers = [registry];
  new Gauge({
    name: 'parley_build_info',
    help: 'Always 1; the label is the version of the server.',
    labelNames: ['version'],
    registers,
  }).set({ version }, 1);
  new Gauge({
    name: 'parley_doorbell_connected',
    help: '1 while rings reach the other servers, 0 after the connection for them is lost.',
    registers,
    collect() {
      this.set(Number(bell.isConnected));
    },
  });
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
      this.inc(logOutput.droppedLines());
    },
  });
  new Gauge({
    name: 'parley_password_hashes_waiting',
    help: 'Passwords that wait to be hashed.',
    registers,
    collect() {
      this.set(passwords.waiting);
    },
  });
  watchConnections(registry, store.connections);
}

/** Only PostgreSQL has a pool of connections. */
function watchConnections(registry: Registry, connections: Observed['store']['connections']): void {
  if (!connections) return;
  new Gauge({
    name: 'parley_database_connections',
    help: 'Connections to the database by state, and transactions that wait for one.',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      for (const [state, count] of Object.entries(connections())) this.set({ state }, count);
    },
  });
}

/** Registers the metrics of the open sockets. */
export function watchSockets(registry: Registry, open: ReadonlySet<Buffering>): void {
  const registers = [registry];
  new Gauge({
    name: 'parley_sockets',
    help: 'Open WebSockets.',
    registers,
    collect() {
      this.set(open.size);
    },
  });
  new Gauge({
    name: 'parley_sockets_buffered_bytes',
    help: 'Bytes that wait for the clients of open WebSockets to read.',
    registers,
    collect() {
      let bytes = 0;
      for (const { socket } of open) bytes += socket.bufferedAmount;
      this.set(bytes);
    },
  });
}
