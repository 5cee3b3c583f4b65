import { watch } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from './build.ts';

/** Builds the page before a development server starts, and again when a source file changes. */
let building = build();
await building;

for (const folder of ['.', '../core']) {
  watch(
    fileURLToPath(new URL(folder, import.meta.url)),
    { persistent: false, recursive: true },
    () => {
      // A half-saved file fails to build, and the next change builds again.
      building = building
        .then(() => build())
        .catch((error) => void process.stderr.write(`${error}\n`));
    },
  );
}
