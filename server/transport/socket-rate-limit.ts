import type { WebSocket } from 'ws';
import type { TokenBucket } from './token-bucket.ts';

/** Counts frames against these rates; a socket that is too fast pauses until all have room. */
export function socketRateLimit(socket: WebSocket, rates: readonly TokenBucket[]): () => void {
  return () => {
    let wait = 0;
    for (const rate of rates) {
      wait = Math.max(wait, rate.wait());
      rate.take();
    }
    if (wait === 0 || socket.isPaused) return;
    socket.pause();
    setTimeout(() => socket.resume(), wait);
  };
}
