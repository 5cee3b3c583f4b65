import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const compiler: string = createRequire(import.meta.url)('relay-compiler');

/** If they are not, `npx relay-compiler` in examples/relay writes them again. */
test("the Relay example's artifacts are those of its operations and the schema", async () => {
  const cwd = fileURLToPath(new URL('../../examples/relay', import.meta.url));
  const validated = promisify(execFile)(compiler, ['--validate', 'relay.config.json'], { cwd });
  await expect(validated).resolves.toBeDefined();
});
