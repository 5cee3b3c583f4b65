import type { WebSocket } from 'ws';
import type { Limits } from '../../schema/limits.ts';

/** The number of open sockets of each account. */
export interface AccountSockets {
  /** Counts an account's socket until it closes. Returns false if it is one too many. */
  add(socket: WebSocket, accountId: string): boolean;
}

export function accountSockets({ maxSocketsPerAccount }: Limits): AccountSockets {
  const counts = new Map<string, number>();
  const change = (accountId: string, by: number): void => {
    const count = (counts.get(accountId) ?? 0) + by;
    if (count > 0) counts.set(accountId, count);
    else counts.delete(accountId);
  };
  return {
    add(socket, accountId) {
      if ((counts.get(accountId) ?? 0) >= maxSocketsPerAccount) return false;
      change(accountId, 1);
      socket.once('close', () => change(accountId, -1));
      return true;
    },
  };
}
