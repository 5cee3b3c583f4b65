import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const CHECK = new URL('../../server/require-node.mjs', import.meta.url).href;

/** Runs the check as if by another version of Node. */
const checkedBy = (version: string) =>
  spawnSync(process.execPath, [
    '--input-type=module',
    '--eval',
    `Object.defineProperty(process.versions, 'node', { value: '${version}' });
    await import('${CHECK}');`,
  ]);

test('an old Node ends with a sentence that says which one is needed', () => {
  const { status, stderr } = checkedBy('22.17.0');
  expect(status).toBe(1);
  expect(String(stderr)).toMatch(/^Parley needs Node\.js 24 or newer; this is v/);
  expect(String(stderr)).not.toContain('at ');
});

test('Node 24 and newer pass the check without a word', () => {
  const { status, stderr } = checkedBy('24.0.0');
  expect({ status, stderr: String(stderr) }).toEqual({ status: 0, stderr: '' });
});
