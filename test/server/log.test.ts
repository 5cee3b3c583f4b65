import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

/** Runs JavaScript with a log in a process of its own. Returns the messages that reached stderr. */
function messagesOf(work: string): string[] {
  const module = new URL('../../server/log.ts', import.meta.url).href;
  const script = `import { openLog } from '${module}'; const { log } = openLog('info'); ${work}`;
  const { stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  const lines = stderr.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line).msg);
}

test('the lines of a turn are written in order', () => {
  const work = `
    for (const message of ['a', 'b', 'c']) log.info(message);
    setTimeout(() => log.info('later'), 1);
  `;
  expect(messagesOf(work)).toEqual(['a', 'b', 'c', 'later']);
});

test.for(['warn', 'error', 'fatal'])(
  'at level %s a line is in the log of a process that is killed right after it',
  (level) => {
    const kill = "process.kill(process.pid, 'SIGKILL')";
    expect(messagesOf(`log.info('before'); log.${level}('last'); ${kill}`)).toEqual([
      'before',
      'last',
    ]);
    // Another level waits for the end of the turn.
    expect(messagesOf(`log.info('lost'); ${kill}`)).toEqual([]);
  },
);
