import type { Tally } from './tally.ts';

/** Sends one message, and calls `answered` at its answer. */
export type Send = (answered: () => void) => void;

/**
 * When senders send: with `window` sends in progress each; at random moments, `perSecond` by all of
 * them together, without waiting for answers; or so that `inProgress` sends of randomly chosen
 * senders are in progress.
 */
export type Pace =
  | { readonly window: number }
  | { readonly perSecond: number }
  | { readonly inProgress: number };

/** Makes the senders send until the tally says to stop. */
export function startSending(senders: readonly Send[], pace: Pace, tally: Tally): void {
  if ('inProgress' in pace) sendInTurns([...senders], pace.inProgress, tally);
  for (const send of senders) {
    if ('perSecond' in pace) sendAtRandom(send, senders.length / pace.perSecond, tally);
    else if ('window' in pace)
      for (let count = 0; count < pace.window; count += 1) sendOnAnswer(send, tally);
  }
}

function sendOnAnswer(send: Send, tally: Tally): void {
  send(() => tally.sending && sendOnAnswer(send, tally));
}

/** Sends as a Poisson process, with this many seconds between two sends on average. */
function sendAtRandom(send: Send, seconds: number, tally: Tally): void {
  const pause = -Math.log(1 - Math.random()) * seconds * 1_000;
  setTimeout(() => {
    if (!tally.sending) return;
    send(() => {});
    sendAtRandom(send, seconds, tally);
  }, pause);
}

function sendInTurns(idle: Send[], inProgress: number, tally: Tally): void {
  const sendOne = (): void => {
    if (!tally.sending) return;
    const [send] = idle.splice(Math.floor(Math.random() * idle.length), 1);
    send?.(() => {
      idle.push(send);
      sendOne();
    });
  };
  for (let count = 0; count < inProgress; count += 1) sendOne();
}
