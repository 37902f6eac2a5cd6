import type { Socket } from 'node:net';
import { turns } from '../waiting.js';
import type { RecordedRequest } from './request-parser.js';

/**
 * One request that reached a fake upstream, and the means to answer it to the byte. Nothing is
 * added to what is sent: heads, chunk sizes and ends are the script's own.
 */
export class Exchange {
  /** Bytes handed to the socket so far. */
  written = 0;

  /**
   * @param connection - the number of the connection it came on, from 0
   * @param closed - resolves when that connection has closed, whoever closed it
   */
  constructor(
    readonly request: RecordedRequest,
    readonly connection: number,
    readonly closed: Promise<void>,
    private readonly socket: Socket,
  ) {}

  /** Whether the connection is closed, or about to be. */
  get isClosed(): boolean {
    return this.socket.destroyed;
  }

  /** Sends bytes as one packet: it returns when the proxy has had its chance to read them alone. */
  async send(bytes: string | Uint8Array): Promise<void> {
    await new Promise<void>((resolve) => {
      // A proxy that has gone takes nothing any more, which is the test's matter, not the script's.
      this.socket.write(bytes, () => {
        resolve();
      });
    });
    this.written += Buffer.byteLength(bytes);
    await turns();
  }

  /** Sends each of `packets` on its own. */
  async sendEach(packets: Iterable<string | Uint8Array>): Promise<void> {
    for (const packet of packets) {
      await this.send(packet);
    }
  }

  /** Sends as fast as the proxy takes it: waits while the socket is full. Ends when it closes. */
  async pour(bytes: Uint8Array): Promise<void> {
    this.written += bytes.byteLength;
    if (!this.socket.write(bytes) && !this.isClosed) {
      const drained = new Promise<void>((resolve) => {
        this.socket.once('drain', resolve);
      });
      await Promise.race([drained, this.closed]);
    }
  }

  /** Closes its side of the connection (FIN). */
  finish(): void {
    this.socket.end();
  }

  /** Breaks the connection (RST): the proxy may lose what it has not read yet. */
  reset(): void {
    this.socket.resetAndDestroy();
  }
}
