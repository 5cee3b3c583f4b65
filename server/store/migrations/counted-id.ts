import type { CreateTableBuilder, Kysely } from 'kysely';
import { isPostgresDb } from '../statement.ts';

/** Adds an id that counts up, and is never used again. */
export const withCountedId = <Table extends string>(
  db: Kysely<unknown>,
  table: CreateTableBuilder<Table>,
) =>
  isPostgresDb(db)
    ? table.addColumn('id', 'bigserial', (column) => column.primaryKey())
    : table.addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement());
