import { Command, InvalidArgumentError, Option } from 'commander';
import { run } from './run.ts';

const { url, json } = new Command('npm run chat --')
  .description(
    'Chats from the command line. Commands are typed, or piped in one a line; `help` lists them.',
  )
  .addOption(
    new Option('--url <url>', 'where the server is')
      .env('PARLEY_URL')
      .default('http://127.0.0.1:4000')
      .argParser(readUrl),
  )
  .option('--json', 'write one JSON object a line', false)
  .parse()
  .opts<{ url: string; json: boolean }>();

// Nobody reads on, as in `… | head`: what was not shown is not to be acknowledged.
process.stdout.on('error', () => process.exit(1));

const code = await run({
  url,
  json,
  env: process.env,
  input: process.stdin,
  output: process.stdout,
  errors: process.stderr,
});
// Not left to end by itself: a try to connect may be under way.
process.stdout.write('', () => process.exit(code));

function readUrl(text: string): string {
  const given = URL.parse(text);
  if (!given || !/^https?:$/.test(given.protocol))
    throw new InvalidArgumentError('It has to be http://host:port');
  return given.href.replace(/\/$/, '');
}
