import type { Command, Input } from './commands/command.ts';
import { COMMANDS, commandOf } from './commands/index.ts';
import { send } from './commands/send.ts';
import { unknownCommand } from './commands/unknown-command.ts';
import type { CliContext } from './context.ts';
import { Failure, notLoggedIn } from './errors.ts';
import { readJson } from './json-input.ts';
import { parse } from './parse.ts';
import type { CliSession } from './session.ts';

/** Does what a line asks for, and reports why if it fails. */
export const perform = (context: CliContext, line: string): Promise<void> =>
  context.attempt(async () => {
    const { counterpart } = context.current;
    const request = parse(line, counterpart !== undefined);
    if (!request) return;
    if ('text' in request) {
      const session = await resumed(context);
      if (counterpart) session.send(counterpart, request.text);
    } else {
      // Such as a paste that was meant for another program.
      if (line.includes('\n') && commandOf(request.verb) !== send)
        throw new Failure('Usage', `Only a message can have several lines. Usage: ${send.usage}`);
      const command = knownCommand(request.verb);
      await runCommand(context, command, command.parse(request.rest));
    }
  });

/** Does what a line of JSON asks for, and reports why if it fails. */
export const performJson = (context: CliContext, line: string): Promise<void> =>
  context.attempt(async () => {
    const { command: verb, ...fields } = readJson(line);
    const command = knownCommand(verb);
    await runCommand(context, command, inputOf(command, fields));
  });

/** Runs a command with the fields that are given, and reports why if it fails. */
export const performCommand = (context: CliContext, verb: string, rest: string): Promise<void> =>
  context.attempt(async () => {
    const command = knownCommand(verb);
    await runCommand(context, command, command.parse(rest));
  });

function knownCommand(verb: string): Command {
  const command = commandOf(verb);
  if (!command) throw unknownCommand(verb, COMMANDS);
  return command;
}

/** Checks the fields that a program gave. */
function inputOf(
  { name, needs, takes }: Command,
  fields: Readonly<Record<string, string>>,
): Input<string, string> {
  const missing = needs.find((field) => !(field in fields));
  if (missing) throw new Failure('Usage', `${name} needs the field ${missing}.`);
  const known = [...needs, ...takes];
  const unknown = Object.keys(fields).find((field) => !known.includes(field));
  if (unknown) {
    const takesWhat = known.length > 0 ? `the fields ${known.join(', ')}` : 'no fields';
    throw new Failure('Usage', `${name} takes ${takesWhat}, and not ${unknown}.`);
  }
  return fields;
}

async function runCommand(
  context: CliContext,
  command: Command,
  input: Input<string, string>,
): Promise<void> {
  if (command.needsLogin) await command.run(context, input, await resumed(context));
  else await command.run(context, input);
}

async function resumed({ current }: CliContext): Promise<CliSession> {
  const session = await current.resume();
  if (!session) throw notLoggedIn();
  return session;
}
