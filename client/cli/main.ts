import { Command, InvalidArgumentError, Option } from 'commander';
import { run } from './run.ts';

const { url, json } = new Command('npm run chat --')
  .description(
    'Chat from the command line. Type commands, or pipe them in, one per line; `help` lists them.',
  )
  .addOption(
    new Option('--url <url>', 'server address')
      .env('PARLEY_URL')
      .default('http://127.0.0.1:4000')
      .argParser(readUrl),
  )
  .option('--json', 'print one JSON object per line', false)
  .parse()
  .opts<{ url: string; json: boolean }>();

// The reader has closed the pipe, as in `… | head`: exit before unseen messages are acknowledged.
process.stdout.on('error', () => process.exit(1));

const code = await run({
  url,
  json,
  env: process.env,
  input: process.stdin,
  output: process.stdout,
  errors: process.stderr,
});
// Explicit, since a connection attempt may still be open.
process.stdout.write('', () => process.exit(code));

function readUrl(text: string): string {
  const given = URL.parse(text);
  if (!given || !/^https?:$/.test(given.protocol))
    throw new InvalidArgumentError('must be a URL such as http://127.0.0.1:4000');
  return given.href.replace(/\/$/, '');
}
