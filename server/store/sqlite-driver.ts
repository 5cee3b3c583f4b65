import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
  SelectQueryNode,
} from 'kysely';
import { isSqliteLocked, isSqliteOutage, UnavailableError } from './errors.ts';
import { parameter } from './parameter.ts';

/** The longest wait for a database that another process has locked, in ms. */
const LOCK_TIMEOUT_MS = 5_000;
/** The pause between two attempts doubles up to this, in ms. */
const MAX_PAUSE_MS = 50;
/** Prepared statements that a connection keeps: a batch has one for each of its sizes. */
const MAX_STATEMENTS = 200;

/** The connections to one file. A database in memory has only the first. */
export interface Handles {
  /** Runs every transaction, one after another. */
  readonly writer: DatabaseSync;
  /** Answers queries while a transaction is under way, or waits for its lock. */
  readonly reader: DatabaseSync | undefined;
}

interface Connection extends DatabaseConnection {
  /** Waits until every transaction before it has ended. */
  takeTurn(): Promise<void>;
  endTurn(): void;
  /** Rolls back, unless SQLite has done so by itself. */
  rollback(): Promise<void>;
}

/**
 * Kysely's driver over `node:sqlite`, whose calls block the only thread. So it is the driver that
 * waits for a lock: it tries again after a pause, for five seconds in all, and others are served
 * meanwhile. An outage is thrown as an UnavailableError with its first cause. `beforeWrite` throws
 * when nothing may be stored any more.
 */
export function sqliteDriver({ writer, reader }: Handles, beforeWrite: () => void): Driver {
  const write = statementsOf(writer);
  const read = reader && statementsOf(reader);
  const turns = turnQueue();
  const idle: Connection[] = [];

  /**
   * The writer has the warmer cache, but in the midst of a transaction it shows what is not
   * committed.
   */
  const forQueries = () => (turns.isFree ? write : read);

  async function takeWriter(): Promise<() => void> {
    const endTurn = await turns.take();
    // Left over where a rollback failed.
    if (writer.isTransaction) writer.exec('rollback');
    return endTurn;
  }

  async function writeAlone(query: CompiledQuery, deadline: number): Promise<QueryResult<never>> {
    const endTurn = await takeWriter();
    try {
      return await withRetries(() => {
        beforeWrite();
        return write(query);
      }, deadline);
    } finally {
      endTurn();
    }
  }

  function connect(): Connection {
    let endTurn: (() => void) | undefined;
    let deadline = 0;
    /** The first error of the transaction. */
    let fault: unknown;

    async function writeInTurn(query: CompiledQuery): Promise<QueryResult<never>> {
      // After a full disk SQLite has rolled back already; the rest must not be stored without the
      // beginning.
      if (fault && !writer.isTransaction) throw fault;
      try {
        return await withRetries(() => write(query), deadline);
      } catch (error) {
        fault ??= error;
        throw error;
      }
    }

    return {
      async takeTurn() {
        fault = undefined;
        deadline = performance.now() + LOCK_TIMEOUT_MS;
        endTurn = await takeWriter();
      },
      endTurn() {
        endTurn?.();
        endTurn = undefined;
      },
      async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
        if (endTurn) return writeInTurn(query);
        const until = performance.now() + LOCK_TIMEOUT_MS;
        return SelectQueryNode.is(query.query) && forQueries()
          ? withRetries(() => (forQueries() ?? write)(query), until)
          : writeAlone(query, until);
      },
      async *streamQuery<Row>(query: CompiledQuery): AsyncIterableIterator<QueryResult<Row>> {
        yield await this.executeQuery<Row>(query);
      },
      async rollback() {
        if (!writer.isTransaction) return;
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

  return {
    async init() {},
    acquireConnection: async () => idle.pop() ?? connect(),
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
      reader?.close();
      writer.close();
    },
  };
}

/**
 * Tries again until the deadline while another connection holds the database. The first attempt
 * waits for nothing.
 */
async function withRetries<Result>(attempt: () => Result, deadline: number): Promise<Result> {
  for (let pause = 1; ; pause = Math.min(2 * pause, MAX_PAUSE_MS)) {
    try {
      return attempt();
    } catch (error) {
      if (!isSqliteLocked(error) || performance.now() >= deadline) {
        throw isSqliteOutage(error) ? new UnavailableError(error) : error;
      }
    }
    await wait(pause * (0.5 + Math.random()));
  }
}

/** Lets one in at a time, in order. */
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

/** Runs the statements of a connection, each prepared once. */
function statementsOf(database: DatabaseSync): (query: CompiledQuery) => QueryResult<never> {
  const statements = new Map<
    string,
    { readonly statement: StatementSync; readonly hasRows: boolean }
  >();

  function prepare(sql: string) {
    const statement = database.prepare(sql);
    const prepared = { statement, hasRows: statement.columns().length > 0 };
    if (statements.size >= MAX_STATEMENTS) statements.clear();
    statements.set(sql, prepared);
    return prepared;
  }

  return ({ sql, parameters }) => {
    const { statement, hasRows } = statements.get(sql) ?? prepare(sql);
    const values = parameters.map(parameter) as SQLInputValue[];
    if (hasRows) return { rows: statement.all(...values) as never[] };
    const { changes, lastInsertRowid } = statement.run(...values);
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
  };
}
