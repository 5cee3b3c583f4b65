import { type ColumnMetadata, sql } from 'kysely';
import { isPostgresDb, type SqlType, statementForRows } from './statement.ts';
import type { Db, Tables } from './tables.ts';

/** The tables that are left out: what servers build by themselves, and the sign of a copy. */
type LeftOut = 'searchLog' | 'searchEntry' | 'searchTerms' | 'heartbeat' | 'unfinishedCopy';

/** The primary key of each table that is copied. A table comes after those that it refers to. */
const PRIMARY_KEYS: {
  readonly [Table in Exclude<keyof Tables, LeftOut>]: readonly (keyof Tables[Table])[];
} = {
  account: ['id'],
  session: ['id'],
  oneTimePassword: ['accountId'],
  knownAddress: ['accountId', 'addressHash'],
  block: ['id'],
  usedClientId: ['senderId', 'clientMessageId'],
  invitation: ['id'],
  adminEvent: ['id'],
  conversation: ['id'],
  participant: ['conversationId', 'accountId'],
  message: ['id'],
};

/** The columns that are not copied, with their value in the copy: there no client is connected. */
const REPLACED: Record<string, CopiedRow> = { session: { lease_until: 0 } };

/** Both engines' names of the types of columns. */
const SQL_TYPES: Record<string, SqlType> = {
  text: 'text',
  integer: 'integer',
  int4: 'integer',
  bigint: 'bigint',
  int8: 'bigint',
};

/** A row as the database names its columns. */
export type CopiedRow = Readonly<Record<string, unknown>>;

/** A table that a copy of a database contains. */
export interface CopiedTable {
  readonly name: string;
  /** Reads rows as they are in the copy, in order of the primary key, after a row if given. */
  read(db: Db, after: CopiedRow | undefined, limit: number): Promise<CopiedRow[]>;
  insert(tx: Db, rows: readonly CopiedRow[]): Promise<unknown>;
  /** Whether two rows are the same. */
  isEqual(one: CopiedRow, other: CopiedRow | undefined): boolean;
  /** Lets the ids that count up continue after those that were inserted. */
  continueIds(db: Db): Promise<void>;
}

/** Returns the tables of a copy, in an order that foreign keys allow, for one to insert into. */
export async function copiedTables(target: Db): Promise<CopiedTable[]> {
  const tables = await target.introspection.getTables();
  return Object.entries(PRIMARY_KEYS).map(([table, key]) => {
    const name = snakeCase(table);
    const columns = tables.find((each) => each.name === name)?.columns ?? [];
    return copiedTable(name, key.map(snakeCase), columns);
  });
}

const snakeCase = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function copiedTable(
  name: string,
  key: readonly string[],
  columns: readonly ColumnMetadata[],
): CopiedTable {
  const names = columns.map((column) => column.name);
  const [all, order] = [refs(names), refs(key)];
  return {
    name,

    async read(db, after, limit) {
      const values = sql.join(key.map((column) => after?.[column]));
      const where = after ? sql`where (${order}) > (${values})` : sql``;
      const page = sql<CopiedRow>`
        select ${all} from ${sql.table(name)} ${where} order by ${order} limit ${sql.lit(limit)}`;
      const { rows } = await page.execute(db.withoutPlugins());
      return rows.map((row) => ({ ...row, ...REPLACED[name] }));
    },

    insert: statementForRows<CopiedRow>(
      Object.fromEntries(columns.map((column) => [column.name, typeOf(column)])),
      ({ rows }) =>
        `insert into "${name}" (${names.map((column) => `"${column}"`).join(', ')}) ${rows}`,
    ),

    isEqual: (one, other) => names.every((column) => one[column] === other?.[column]),

    async continueIds(db) {
      const counted = columns.find(({ isAutoIncrementing }) => isAutoIncrementing)?.name;
      // SQLite does so by itself.
      if (counted === undefined || !isPostgresDb(db)) return;
      await sql`
        select setval(pg_get_serial_sequence(${name}, ${counted}), max(${sql.ref(counted)}))
        from ${sql.table(name)}`.execute(db.withoutPlugins());
    },
  };
}

const refs = (names: readonly string[]) => sql.join(names.map((name) => sql.ref(name)));

function typeOf({ name, dataType }: ColumnMetadata): SqlType {
  const type = SQL_TYPES[dataType.toLowerCase()];
  if (type) return type;
  throw new Error(`The type ${dataType} of the column ${name} is not one that can be copied.`);
}

/** Removes all rows, for a copy that begins again. */
export async function emptyTables(tx: Db, tables: readonly CopiedTable[]): Promise<void> {
  const names = tables.map(({ name }) => sql.table(name));
  if (isPostgresDb(tx)) await sql`truncate ${sql.join(names)} cascade`.execute(tx);
  else for (const name of names.toReversed()) await sql`delete from ${name}`.execute(tx);
}
