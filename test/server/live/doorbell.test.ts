import { expect, test } from 'vitest';
import { doorbell } from '../../../server/live/doorbell.ts';

test('a ring is heard by all listeners of its topic and no others', () => {
  const bell = doorbell();
  const heard: string[] = [];
  bell.listen('here', () => heard.push('first'));
  bell.listen('here', () => heard.push('second'));
  bell.listen('there', () => heard.push('elsewhere'));
  bell.ring('here');
  bell.ring('nowhere');
  expect(heard).toEqual(['first', 'second']);
});

test('a ring carries its key', () => {
  const bell = doorbell();
  const keys: unknown[] = [];
  bell.listen('here', (key) => keys.push(key));
  bell.ring('here', 'this');
  bell.ring('here');
  expect(keys).toEqual(['this', undefined]);
});

test('a function that listens twice is called twice, and stops one at a time', () => {
  const bell = doorbell();
  let count = 0;
  const heard = () => {
    count += 1;
  };
  const listen = () => bell.listen('here', heard);
  const [stop, stopOther] = [listen(), listen()];
  bell.ring('here');
  expect(count).toBe(2);
  stop();
  stop();
  bell.ring('here');
  expect(count).toBe(3);
  stopOther();
  bell.ring('here');
  expect([count, bell.listeners]).toEqual([3, 0]);
});

test('a listener that stops during a ring does not affect the others', () => {
  const bell = doorbell();
  const heard: string[] = [];
  const stop = bell.listen('here', () => {
    heard.push('first');
    stop();
  });
  bell.listen('here', () => heard.push('second'));
  bell.ring('here');
  bell.ring('here');
  expect(heard).toEqual(['first', 'second', 'second']);
});

test('stopping twice does not silence a later listener of the topic', () => {
  const bell = doorbell();
  const stop = bell.listen('here', () => {});
  stop();
  let heard = false;
  bell.listen('here', () => {
    heard = true;
  });
  stop();
  bell.ring('here');
  expect([heard, bell.listeners]).toEqual([true, 1]);
});

test('a doorbell keeps nothing of listeners that have stopped', () => {
  const bell = doorbell();
  const stops = Array.from({ length: 1_000 }, (_, number) =>
    bell.listen(`topic ${number % 100}`, () => {}),
  );
  expect(bell.listeners).toBe(1_000);
  for (const stop of stops) stop();
  expect(bell.listeners).toBe(0);
});
