import { CompiledQuery, PostgresAdapter } from 'kysely';
import type { Db } from './tables.ts';

/** The SQL types that a value of a row may have. */
export type SqlType = 'text' | 'integer' | 'bigint';

/** What the text of a statement refers to. It differs between the engines. */
export interface RowsSql<Column extends string> {
  /** The rows, as the source of an `insert`. SQLite takes a third longer for a `select`. */
  readonly rows: string;
  /** The rows, as the source of a `select` that joins tables to each of them. */
  readonly source: string;
  /** The clause, if any, with which an `update` refers to the rows. */
  readonly from: string;
  /** The clause, if any, with which a `select` refers to the rows. */
  readonly crossJoin: string;
  /** A row's value, beside one of these two clauses. */
  readonly row: Readonly<Record<Column, string>>;
  /** A condition: whether an expression equals the only value of a row. */
  equalsAny(expression: string): string;
  /** `sql` on PostgreSQL, where a statement locks rows; nothing on SQLite, which has one writer. */
  lock(sql: string): string;
}

/** Whether statements run on PostgreSQL. */
export const isPostgresDb = (db: Pick<Db, 'getExecutor'>): boolean =>
  db.getExecutor().adapter instanceof PostgresAdapter;

/** A statement whose driver runs it once for each row of parameters. */
export interface RowByRow extends CompiledQuery {
  readonly rows: readonly (readonly unknown[])[];
  /** Whether it only reads. */
  readonly isSelect: boolean;
}

export const isRowByRow = (query: CompiledQuery): query is RowByRow => 'rows' in query;

/**
 * Makes a statement for any number of rows with these columns. Its text is built once, and the
 * database keeps it prepared: nothing is built on the path of a message. SQLite runs it once for
 * each row, PostgreSQL once with an array for each column.
 *
 * Results are returned as the database names them: a text quotes its camelCase names.
 */
export function statementForRows<Row extends object, Result = never>(
  columns: Record<keyof Row & string, SqlType>,
  text: (sql: RowsSql<keyof Row & string>) => string,
): (db: Db, rows: readonly Row[]) => Promise<Result[]> {
  const names = Object.keys(columns) as (keyof Row & string)[];
  const onSqlite = CompiledQuery.raw(text(sqliteRows(names)).trim());
  const isSelect = onSqlite.sql.startsWith('select');
  const onPostgres = CompiledQuery.raw(text(postgresRows(names, Object.values(columns))).trim());

  return async (db, rows) => {
    if (rows.length === 0) return [];
    const query = isPostgresDb(db)
      ? { ...onPostgres, parameters: names.map((name) => rows.map((row) => row[name])) }
      : { ...onSqlite, isSelect, rows: rows.map((row) => names.map((name) => row[name])) };
    const executor = db.getExecutor();
    const result = await executor.provideConnection((connection) =>
      connection.executeQuery<Result>(query),
    );
    return result.rows;
  };
}

function sqliteRows<Column extends string>(names: readonly Column[]): RowsSql<Column> {
  const values = names.map((_name, index) => `?${index + 1}`);
  return {
    rows: `values (${values})`,
    source: '(select 1)',
    from: '',
    crossJoin: '',
    row: Object.fromEntries(names.map((name, index) => [name, values[index]])) as never,
    equalsAny: (expression) => `${expression} = ?1`,
    lock: () => '',
  };
}

function postgresRows<Column extends string>(
  names: readonly Column[],
  types: readonly SqlType[],
): RowsSql<Column> {
  const arrays = types.map((type, index) => `$${index + 1}::${type}[]`);
  const given = `unnest(${arrays}) as given(${names.map((name) => `"${name}"`)})`;
  return {
    rows: `select * from ${given}`,
    source: given,
    from: `from ${given}`,
    crossJoin: `cross join ${given}`,
    row: Object.fromEntries(names.map((name) => [name, `given."${name}"`])) as never,
    equalsAny: (expression) => `${expression} = any(${arrays[0]})`,
    lock: (sql) => sql,
  };
}
