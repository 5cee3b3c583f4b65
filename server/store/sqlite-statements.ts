import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { CompiledQuery, QueryResult } from 'kysely';
import { parameter } from './parameter.ts';
import { isRowByRow } from './statement.ts';

/** The prepared statements that a connection keeps: a batch has one for each of its sizes. */
const MAX_STATEMENTS = 200;

export type RunStatement = (query: CompiledQuery) => QueryResult<never>;

interface Prepared {
  readonly statement: StatementSync;
  readonly hasRows: boolean;
}

/** Runs the statements of a connection, and prepares each once. */
export function statementsOf(database: DatabaseSync): RunStatement {
  const statements = new Map<string, Prepared>();

  function prepare(sql: string): Prepared {
    const statement = database.prepare(sql);
    const prepared = { statement, hasRows: statement.columns().length > 0 };
    // Its full-text index uses row ids that are no safe integers, and `run` returns the last one.
    if (!prepared.hasRows) statement.setReadBigInts(true);
    if (statements.size >= MAX_STATEMENTS) statements.clear();
    statements.set(sql, prepared);
    return prepared;
  }

  return (query) => {
    const { sql, parameters } = query;
    const { statement, hasRows } = statements.get(sql) ?? prepare(sql);
    if (isRowByRow(query)) {
      const rows = query.rows as readonly SQLInputValue[][];
      if (hasRows) return { rows: rows.flatMap((row) => statement.all(...row)) as never[] };
      for (const row of rows) statement.run(...row);
      return { rows: [] };
    }
    const values = parameters.map(parameter) as SQLInputValue[];
    if (hasRows) return { rows: statement.all(...values) as never[] };
    const { changes, lastInsertRowid } = statement.run(...values);
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
  };
}
