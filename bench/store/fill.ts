/** The only file of the benchmark that names tables and columns. */
import { DatabaseSync } from 'node:sqlite';
import { isPostgres } from '../../server/store/database-name.ts';
import { openStore } from '../../server/store/open.ts';
import { withClient } from '../../test/support/postgres-client.ts';

/** The usernames of notable accounts in a filled store. */
export interface Filled {
  /** Has the long conversation and many short ones. */
  readonly viewer: string;
  /** The counterpart in the long conversation. */
  readonly friend: string;
  /** The counterpart in a short conversation. */
  readonly acquaintance: string;
  /** Has no messages. */
  readonly stranger: string;
}

/** For each account there are this many messages. */
const MESSAGES_PER_ACCOUNT = 10;
/** The long conversation has one of this many messages. */
const LONG_HAS_ONE_OF = 10;
/** Messages in each short conversation. */
export const SHORT = 20;
/** The viewer has one of this many conversations. */
const VIEWER_HAS_ONE_OF = 10;
/** Maximum number of messages pending for the viewer. */
const PENDING = 5_000;
/** Odd, so that multiplying by it modulo 2^32 is a permutation. */
const MIX = 2_654_435_761;

/** SQL that differs between the engines. */
interface Dialect {
  /** The numbers from 1, as the column `i`. */
  series(count: number): string;
  /** A number as 12 hexadecimal digits. */
  hex(number: string): string;
}
const SQLITE: Dialect = {
  series: (count) =>
    `(with recursive n(i) as (values (1) union all select i + 1 from n where i < ${count}) select i from n) as n`,
  hex: (number) => `printf('%012x', ${number})`,
};
const POSTGRES: Dialect = {
  series: (count) => `generate_series(1, ${count}) as n(i)`,
  hex: (number) => `lpad(to_hex(${number}), 12, '0')`,
};

/** How many of each there are. */
const shapeOf = (size: number) => {
  const long = size / LONG_HAS_ONE_OF;
  const conversations = 1 + Math.ceil((size - long) / SHORT);
  const viewers = Math.ceil(conversations / VIEWER_HAS_ONE_OF);
  return { accounts: size / MESSAGES_PER_ACCOUNT, long, conversations, viewers };
};

/**
 * Fills a new database with this many messages, as if they had been sent and, except for the
 * viewer's last ones, acknowledged. SQL takes seconds where sending would take hours.
 */
export async function fillDatabase(databaseUrl: string, size: number): Promise<Filled> {
  // Creates the tables.
  await (await openStore(databaseUrl))[Symbol.asyncDispose]();
  const postgres = isPostgres(databaseUrl);
  const statements = fillers(postgres ? POSTGRES : SQLITE, size);
  if (postgres) await fillPostgres(databaseUrl, statements);
  else fillSqlite(databaseUrl.slice('file:'.length), statements);
  const [viewer, friend, acquaintance] = [nameOf(1), nameOf(2), nameOf(3)];
  return { viewer, friend, acquaintance, stranger: nameOf(shapeOf(size).accounts) };
}

/** Two accounts each that share a short conversation, spread evenly over a filled store. */
export function pairsOf(size: number, count: number): { sender: string; receiver: string }[] {
  const { conversations, viewers } = shapeOf(size);
  const step = (conversations - viewers) / count;
  return Array.from({ length: count }, (_, number) => {
    const conversation = viewers + 1 + Math.floor(number * step);
    return { sender: nameOf(2 * conversation), receiver: nameOf(2 * conversation + 1) };
  });
}

async function fillPostgres(databaseUrl: string, statements: readonly string[]): Promise<void> {
  await withClient(databaseUrl, async (client) => {
    // Skips the foreign key checks.
    await client.query('set session_replication_role = replica');
    for (const statement of statements) await client.query(statement);
    // The checkpointer would soon do this anyway.
    await client.query('checkpoint');
  });
}

function fillSqlite(path: string, statements: readonly string[]): void {
  using database = new DatabaseSync(path, { enableForeignKeyConstraints: false });
  database.exec('pragma synchronous = off');
  for (const statement of statements) database.exec(statement);
  database.exec('pragma wal_checkpoint(truncate)');
}

/** The username of the account with this number. */
const nameOf = (number: number): string =>
  `person-${((number * MIX) % 2 ** 32).toString(16).padStart(8, '0')}`;

/**
 * Account 1 is the viewer: it shares the long conversation with account 2, and short ones with
 * accounts 3, 4, … All other accounts form pairs with one conversation, or have none. In each
 * conversation the lower number writes first, and the two alternate. Ids and usernames are
 * shuffled, so that their order has nothing to do with who writes.
 */
function fillers({ series, hex }: Dialect, size: number): string[] {
  const { accounts, long, conversations, viewers } = shapeOf(size);
  const id = (kind: string, number: string) => `'01900000-0000-7000-${kind}-' || ${hex(number)}`;
  const mixed = (number: string) => `cast(${number} as bigint) * ${MIX} % 4294967296`;
  const account = (number: string) => id('8000', mixed(number));
  const conversation = (number: string) => id('9000', number);
  const message = (number: string) => id('a000', number);
  const name = (number: string) => `'person-' || substr(${hex(mixed(number))}, 5)`;
  const low = (number: string) => `case when ${number} <= ${viewers} then 1 else 2 * ${number} end`;
  const high = (number: string) =>
    `case when ${number} <= ${viewers} then ${number} + 1 else 2 * ${number} + 1 end`;
  const startedAt = 1_700_000_000_000;

  return [
    `insert into account (id, username, password_hash, created_at)
     select ${account('i')}, ${name('i')}, '', ${startedAt} from ${series(accounts)}`,

    `insert into conversation (id, low_id, high_id, last_position)
     select ${conversation('i')}, case when one < other then one else other end,
       case when one < other then other else one end, case i when 1 then ${long} else ${SHORT} end
     from (select i, ${account(low('i'))} as one, ${account(high('i'))} as other from ${series(conversations)}) as paired`,

    // The viewer's messages come first, and the odd ones are the viewer's own: the positions follow
    // from that.
    `insert into message (id, recipient_id, position, sender_id, sender_username, text, sent_at, conversation_id,
       conversation_position, sent_position)
     select ${message('i')}, ${account('recipient')}, (case recipient when 1 then i else slot end + 1) / 2,
       ${account('sender')}, ${name('sender')}, 'This is number ' || i || ' of all, and as long as many others are.',
       ${startedAt} + i, ${conversation('c')}, slot, (case sender when 1 then i else slot end + 1) / 2
     from (
       select i, c, slot, case slot % 2 when 1 then low else high end as sender,
         case slot % 2 when 1 then high else low end as recipient
       from (
         select i, c, slot, ${low('c')} as low, ${high('c')} as high
         from (
           select i, case when i <= ${long} then 1 else 2 + (i - ${long} - 1) / ${SHORT} end as c,
             case when i <= ${long} then i else 1 + (i - ${long} - 1) % ${SHORT} end as slot
           from ${series(size)}
         ) as numbered
       ) as paired
     ) as directed`,

    `insert into participant (conversation_id, account_id, counterpart_id, counterpart_username, last_message_id, unread_count)
     select conversation.id, me.id, other.id, other.username,
       (select id from message where conversation_id = conversation.id and conversation_position = conversation.last_position),
       (select count(*) from message where conversation_id = conversation.id and recipient_id = me.id)
     from conversation
     join account as me on me.id in (low_id, high_id)
     join account as other on other.id in (low_id, high_id) and other.id <> me.id`,

    `update account set last_position = received.count
     from (select recipient_id, count(*) as count from message group by recipient_id) as received
     where account.id = received.recipient_id`,
    `update account set sent_count = sent.count
     from (select sender_id, count(*) as count from message group by sender_id) as sent
     where account.id = sent.sender_id`,
    `update account set delivered_through = case username
       when ${name('1')} then case when last_position > ${PENDING} then last_position - ${PENDING} else 0 end
       else last_position end`,
  ];
}
