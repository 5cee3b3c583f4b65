import type { WebSocket } from 'ws';
import type { ConnectionLimit } from './backend.ts';
import type { TokenBucket } from './token-bucket.ts';

/** A rate of frames, and the limit that it is for. */
export interface SocketRate {
  readonly limit: ConnectionLimit;
  readonly rate: TokenBucket;
}

/**
 * Counts frames against these rates; a socket that is too fast pauses until all have room. `onPause`
 * is called with the limit that it waits for longest.
 */
export function socketRateLimit(
  socket: WebSocket,
  rates: readonly SocketRate[],
  onPause: (limit: ConnectionLimit) => void,
): () => void {
  return () => {
    let longest = 0;
    let reached: ConnectionLimit | undefined;
    for (const { limit, rate } of rates) {
      const wait = rate.take();
      if (wait > longest) [longest, reached] = [wait, limit];
    }
    if (reached === undefined || socket.isPaused) return;
    onPause(reached);
    socket.pause();
    setTimeout(() => socket.resume(), longest);
  };
}
