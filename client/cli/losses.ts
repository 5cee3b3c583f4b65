import type { Status } from '../core/connection.ts';
import type { Event } from './event.ts';

/** The losses of a connection. */
export interface Losses {
  /** Whether the connection is lost now. */
  readonly lost: boolean;
  onStatus(status: Status): void;
}

/** Reports a loss of the connection once and its return once, however many retries lie between. */
export function reportLosses(say: (event: Event) => void, connected: boolean): Losses {
  let lost = !connected;
  let ever = connected;
  return {
    get lost() {
      return lost;
    },
    onStatus(status) {
      if (status.state === 'offline' && !lost) {
        lost = true;
        const what = status.reason
          ? `The server closed the connection (${status.reason}).`
          : 'Connection lost.';
        say({ event: 'status', status: 'offline', message: `${what} Reconnecting…` });
      } else if (status.state === 'live' && lost) {
        say({ event: 'status', status: 'live', message: ever ? 'Reconnected.' : 'Connected.' });
        lost = false;
        ever = true;
      }
    },
  };
}
