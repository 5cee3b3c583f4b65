import type { Limits } from '../../schema/limits.ts';
import { type Count, type RateLimit, rateLimit, take } from './rate-limit.ts';

const QUARTER_HOUR = 15 * 60;

/** Who tries a password, for which username. */
export interface Guesser {
  readonly address: string;
  /** A username that an account can have, so that what is kept of it is short. */
  readonly username: string;
  /**
   * `known` from an address that has logged in to this account before, `session` with a session of
   * the account, else `stranger`. Each group has a count of its own for the username, except the
   * known, so that nobody can lock them out.
   */
  readonly standing: 'known' | 'session' | 'stranger';
}

/** A password that is being tried. It counts as wrong until one of these is called. */
export interface Guess {
  /** Takes this guess back, since it came to nothing. */
  untried(): void;
  /** Takes back what this address has guessed for this username, and nothing that others have. */
  right(): void;
}

/** Limits guesses of passwords by username and address together, by username, and by address. */
export interface GuessLimits {
  /**
   * Counts a guess before it is tried, so that guesses at the same moment count like those one by
   * one. @throws {RateLimitedError}
   */
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

      /** Takes back guesses of the own count, from the shared ones too if they hold all of them. */
      function takeBack(guesses: number): void {
        shared.forEach((count, index) => {
          const held = count.began <= own.began ? guesses : 1;
          entries[index + 1]?.[0].takeBack(count, held);
        });
        byBoth.takeBack(own, guesses);
      }
      // Without own guesses left, a right one has taken this one back as well.
      return {
        untried: () => own.events > 0 && takeBack(1),
        right: () => own.events > 0 && takeBack(own.events),
      };
    },
  };
}
