#!/usr/bin/env node
import { readOptions } from './options.ts';
import { run } from './run.ts';

const options = readOptions();

// The reader has closed the pipe, as in `… | head`: exit before unseen messages are acknowledged.
process.stdout.on('error', () => process.exit(1));

const code = await run({
  ...options,
  env: process.env,
  input: process.stdin,
  output: process.stdout,
  errors: process.stderr,
});
// Explicit, since a connection attempt may still be open.
process.stdout.write('', () => process.exit(code));
