import './refusal.ts';
import './account.ts';
import './session.ts';
import './message.ts';
import './conversation.ts';
import './receipt.ts';
import './presence.ts';
import './server-info.ts';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { builder } from './builder.ts';

/** The whole API, executable. */
export const schema = builder.toSchema();

/** The API as people review it and as clients get it: sorted SDL with every description. */
export const sdl = `${printSchema(lexicographicSortSchema(schema))}\n`;
