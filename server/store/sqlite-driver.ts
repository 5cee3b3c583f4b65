import type { DatabaseSync } from 'node:sqlite';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
  SelectQueryNode,
} from 'kysely';
import { LOCK_TIMEOUT_MS, withRetries } from './sqlite-retry.ts';
import { type RunStatement, statementsOf } from './sqlite-statements.ts';
import { emptyWal, type WalFile } from './sqlite-wal.ts';
import { isRowByRow } from './statement.ts';

/** The connections to one file. A database in memory has only the writer. */
export interface Handles {
  /** Runs every transaction, one after another. */
  readonly writer: DatabaseSync;
  /** Answers queries while a transaction is under way, or waits for its lock. */
  readonly reader?: DatabaseSync;
  /** The file, unless another process empties its WAL. */
  readonly file?: WalFile | undefined;
}

/** The two connections, shared by all of Kysely's. */
interface Engine {
  /** Takes the writer, once all earlier turns have ended. Resolves with the end of this turn. */
  takeWriter(): Promise<() => void>;
  readonly isInTransaction: boolean;
  readonly write: RunStatement;
  /** Runs a query that needs no turn; undefined while there is no connection for it. */
  readonly query: RunStatement | undefined;
  /** Throws when nothing may be stored any more. */
  beforeWrite(): void;
}

interface Connection extends DatabaseConnection {
  /** Waits until every earlier transaction has ended. */
  takeTurn(): Promise<void>;
  endTurn(): void;
  /** Rolls back, unless SQLite has already done so. */
  rollback(): Promise<void>;
}

/**
 * Kysely's driver over `node:sqlite`, whose calls block the only thread. The driver itself waits
 * for locks: it retries after a pause, for five seconds in all, while others are served. An outage
 * is thrown as an UnavailableError with its first cause. `beforeWrite` throws when nothing may be
 * stored any more.
 */
export function sqliteDriver({ writer, reader, file }: Handles, beforeWrite: () => void): Driver {
  const engine = engineOf({ writer, reader }, beforeWrite);
  const idle: Connection[] = [];
  let wal: AsyncDisposable | undefined;
  return {
    async init() {
      const finish = () => writeAlone(engine, CHECKPOINT, performance.now() + LOCK_TIMEOUT_MS);
      wal = file && reader && emptyWal(file, reader, finish);
    },
    acquireConnection: async () => idle.pop() ?? connect(engine),
    async beginTransaction(connection) {
      await (connection as Connection).takeTurn();
      // A transaction that reads first and writes later could find the write lock taken.
      await connection.executeQuery(CompiledQuery.raw('begin immediate'));
    },
    async commitTransaction(connection) {
      beforeWrite();
      await connection.executeQuery(CompiledQuery.raw('commit'));
    },
    rollbackTransaction: (connection) => (connection as Connection).rollback(),
    async releaseConnection(connection) {
      (connection as Connection).endTurn();
      idle.push(connection as Connection);
    },
    async destroy() {
      await wal?.[Symbol.asyncDispose]();
      reader?.close();
      writer.close();
    },
  };
}

function engineOf({ writer, reader }: Handles, beforeWrite: () => void): Engine {
  const write = statementsOf(writer);
  const read = reader && statementsOf(reader);
  const turns = turnQueue();
  return {
    write,
    beforeWrite,
    get isInTransaction() {
      return writer.isTransaction;
    },
    // The writer has the warmer cache, but during a transaction it shows uncommitted rows.
    get query() {
      return turns.isFree ? write : read;
    },
    async takeWriter() {
      const endTurn = await turns.take();
      // Left over where a rollback failed.
      if (writer.isTransaction) writer.exec('rollback');
      return endTurn;
    },
  };
}

/** Makes one of Kysely's connections. It runs a transaction in its turn at the writer. */
function connect(engine: Engine): Connection {
  let endTurn: (() => void) | undefined;
  let deadline = 0;
  /** The first error of the transaction. */
  let fault: unknown;

  async function writeInTurn(query: CompiledQuery): Promise<QueryResult<never>> {
    // On a full disk SQLite rolls back by itself. The rest must not be stored without the start.
    if (fault && !engine.isInTransaction) throw fault;
    try {
      return await withRetries(() => engine.write(query), deadline);
    } catch (error) {
      fault ??= error;
      throw error;
    }
  }

  return {
    async takeTurn() {
      fault = undefined;
      deadline = performance.now() + LOCK_TIMEOUT_MS;
      endTurn = await engine.takeWriter();
    },
    endTurn() {
      endTurn?.();
      endTurn = undefined;
    },
    async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
      if (endTurn) return writeInTurn(query);
      const until = performance.now() + LOCK_TIMEOUT_MS;
      return isSelect(query) && engine.query
        ? withRetries(() => (engine.query ?? engine.write)(query), until)
        : writeAlone(engine, query, until);
    },
    async *streamQuery<Row>(query: CompiledQuery): AsyncIterableIterator<QueryResult<Row>> {
      yield await this.executeQuery<Row>(query);
    },
    async rollback() {
      if (!engine.isInTransaction) return;
      try {
        await this.executeQuery(CompiledQuery.raw('rollback'));
      } catch (error) {
        if (!fault) throw error;
        // The first error is the cause; the log shows this one with it.
        Object.assign(fault, { rollbackError: error });
      }
    },
  };
}

/** Copies what is in the WAL, unless others still read it. */
const CHECKPOINT = CompiledQuery.raw('PRAGMA wal_checkpoint(PASSIVE)');

const isSelect = (query: CompiledQuery): boolean =>
  isRowByRow(query) ? query.isSelect : SelectQueryNode.is(query.query);

/** Runs a single statement in a turn of its own. */
async function writeAlone(
  engine: Engine,
  query: CompiledQuery,
  deadline: number,
): Promise<QueryResult<never>> {
  const endTurn = await engine.takeWriter();
  try {
    return await withRetries(() => {
      engine.beforeWrite();
      return engine.write(query);
    }, deadline);
  } finally {
    endTurn();
  }
}

/** Gives out turns one at a time, in order. */
function turnQueue() {
  let last = Promise.resolve();
  let length = 0;
  return {
    get isFree() {
      return length === 0;
    },
    /** Resolves with the function that ends the turn. */
    async take(): Promise<() => void> {
      const { promise, resolve } = Promise.withResolvers<void>();
      const before = last;
      last = promise;
      length += 1;
      await before;
      return () => {
        length -= 1;
        resolve();
      };
    },
  };
}
