/** `npm run schema`: regenerates schema.graphql from the code. */
import { writeFileSync } from 'node:fs';
import { sdl } from './index.ts';

writeFileSync(new URL('schema.graphql', import.meta.url), sdl);
