import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { Command, InvalidArgumentError, Option } from 'commander';
import { folded } from './arguments.ts';
import { COMMANDS } from './commands/index.ts';

/** The options on the command line. */
export interface CliOptions {
  readonly url: string;
  /** The account whose session to continue. Without it, the one that was used last. */
  readonly user?: string | undefined;
  readonly json: boolean;
  readonly bell: boolean;
  /** Whether the first line of the input is a password. */
  readonly passwordStdin: boolean;
  /** The command to run. Without one, commands are typed or piped in. */
  readonly words: readonly string[];
}

/** The options, and what the client reads from and writes to. */
export interface RunOptions extends CliOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
  readonly errors: NodeJS.WritableStream;
}

/** Reads the options of this process. Exits with a message if they are wrong. */
export function readOptions(): CliOptions {
  const program = new Command('parley')
    .description('Chat from the command line. Type commands, pipe them in, or give one here.')
    .argument('[command...]', 'a command to run; then exit')
    .passThroughOptions()
    .addOption(
      new Option('--url <url>', 'server address')
        .env('PARLEY_URL')
        .default('http://127.0.0.1:4000')
        .argParser(readUrl),
    )
    .option('--user <name>', 'continue the session of this account, not the last used', folded)
    .option('--json', 'print one JSON object per line, and read such lines as commands')
    .option('--password-stdin', 'read the password from the first line of the input')
    .option('--bell', 'ring the bell of the terminal when a message arrives')
    .version(version())
    .addHelpText('after', commandList())
    // The code of a command that is not used right. Help and the version have 0.
    .exitOverride(({ exitCode }) => process.exit(exitCode && 2))
    .parse();
  const given = program.opts<Partial<CliOptions> & Pick<CliOptions, 'url'>>();
  if (given.passwordStdin && process.stdin.isTTY)
    program.error('error: --password-stdin needs an input that is no terminal');
  return { json: false, bell: false, passwordStdin: false, ...given, words: program.args };
}

/** Reads an address. Its scheme may be left out, and so may the path of the API. */
function readUrl(text: string): string {
  const given = URL.parse(text.includes('://') ? text : `http://${text}`);
  if (!given || !/^https?:$/.test(given.protocol))
    throw new InvalidArgumentError('It must be a URL such as http://127.0.0.1:4000');
  if (given.username || given.password)
    throw new InvalidArgumentError('It must have no username and password. Use: login USER');
  if (given.search || given.hash)
    throw new InvalidArgumentError('It must end with the host or a path.');
  return given.href.replace(/\/(graphql\/?)?$/, '');
}

function version(): string {
  const path = findPackageJSON(import.meta.url);
  return path ? JSON.parse(readFileSync(path, 'utf8')).version : '';
}

const commandList = (): string =>
  ['', 'Commands:', ...COMMANDS.map(({ usage, help }) => `  ${usage.padEnd(23)} ${help}`)].join(
    '\n',
  );
