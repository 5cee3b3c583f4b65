import { watch } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from './build.ts';

/**
 * Loaded before a server that is worked on: builds the page, and builds it anew whenever a source
 * of it changes.
 */
let building = build();
await building;

for (const folder of ['.', '../core']) {
  watch(
    fileURLToPath(new URL(folder, import.meta.url)),
    { persistent: false, recursive: true },
    () => {
      // A source that is half written is a mistake until the next change.
      building = building
        .then(() => build())
        .catch((error) => void process.stderr.write(`${error}\n`));
    },
  );
}
