import type { Limits } from '../../schema/limits.ts';
import { type Count, type RateLimit, rateLimit, take } from './rate-limit.ts';

const QUARTER_HOUR = 15 * 60;

/** The sender of a guess, and the username that it is for. */
export interface Guesser {
  readonly address: string;
  /** A valid username, so that the counters' keys are short. */
  readonly username: string;
  /**
   * `known` from an address that has logged in to this account before, `session` with a session of
   * the account, else `stranger`. The latter two are counted separately for each username. `known`
   * is not counted, so that no one can lock out the owner.
   */
  readonly standing: 'known' | 'session' | 'stranger';
}

/** A password being checked. It counts as wrong unless one of these is called. */
export interface Guess {
  /** Takes this guess back, since it was not checked. */
  untried(): void;
  /** Takes back all guesses of this address for this username, and no others. */
  right(): void;
}

/** Limits guesses of passwords by username and address together, by username, and by address. */
export interface GuessLimits {
  /** Counts a guess before it is checked, so that concurrent guesses count too. @throws {RateLimitedError} */
  begin(guesser: Guesser, now: number): Guess;
}

export function guessLimits(limits: Limits): GuessLimits {
  const byBoth = rateLimit(limits.maxLoginsPerQuarterHour, QUARTER_HOUR);
  const byUsername = rateLimit(limits.maxLoginsPerQuarterHourPerUsername, QUARTER_HOUR);
  const byAddress = rateLimit(limits.maxLoginsPerQuarterHourPerAddress, QUARTER_HOUR);

  return {
    begin({ address, username, standing }, now) {
      const entries: (readonly [RateLimit, string])[] = [
        [byBoth, `${address} ${username}`],
        [byAddress, address],
      ];
      if (standing !== 'known') entries.push([byUsername, `${standing} ${username}`]);
      const [own, ...shared] = take(now, ...entries) as [Count, ...Count[]];

      /** Takes guesses back; from a shared count only as many as it surely holds. */
      function takeBack(guesses: number): void {
        shared.forEach((count, index) => {
          const held = count.began <= own.began ? guesses : 1;
          entries[index + 1]?.[0].takeBack(count, held);
        });
        byBoth.takeBack(own, guesses);
      }
      // A right guess has already taken this one back if no own guesses are left.
      return {
        untried: () => own.events > 0 && takeBack(1),
        right: () => own.events > 0 && takeBack(own.events),
      };
    },
  };
}
