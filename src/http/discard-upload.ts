import type { IncomingMessage } from 'node:http';
import type { Clock } from '../clock/index.js';

/** How long the rest of a refused upload is thrown away before its connection is cut, ms. */
const LINGER = 5000;

/**
 * Throws away what a client still sends after it was refused, for a while, and then cuts the
 * connection. Cutting at once would make the kernel send a reset, which can destroy the refusal
 * before the client has read it (RFC 9112 section 9.6; nginx calls this a lingering close).
 */
export function discardUpload(request: IncomingMessage, clock: Clock): void {
  const { socket } = request;
  const timer = clock.setTimer(LINGER, () => {
    socket.destroy();
  });
  const stop = (): void => {
    timer.clear();
    socket.off('close', stop);
  };
  // Once it is answered, Node no longer tells a request that its connection has closed.
  socket.once('close', stop);
  request.once('end', stop).resume();
}
