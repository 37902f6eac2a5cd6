import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { type Closable, track } from './resources.js';
import { waitFor } from './waiting.js';

/** A connection on which a test sends every byte itself, be it HTTP or not. */
export class RawConnection implements Closable {
  /** All that has come back so far. */
  received = '';
  /** Resolves when the connection has closed, whoever closed it. */
  readonly closed: Promise<void>;

  private constructor(private readonly socket: Socket) {
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      this.received += text;
    });
    // A connection that breaks is closed like any other.
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        resolve();
      });
    });
  }

  /** Connects; `closeAll` ends it. */
  static async open({ port }: { readonly port: number }): Promise<RawConnection> {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    await once(socket, 'connect');
    return track(new RawConnection(socket));
  }

  get isClosed(): boolean {
    return this.socket.destroyed;
  }

  /** Sends bytes as they are. @returns when the system has taken them */
  async send(bytes: string | Uint8Array): Promise<void> {
    await new Promise<void>((resolve) => {
      this.socket.write(bytes, () => {
        resolve();
      });
    });
  }

  /** Waits until what came back contains `text`. @returns all that has come back */
  async until(text: string): Promise<string> {
    await waitFor(() => this.received.includes(text), `${JSON.stringify(text)} has come back`);
    return this.received;
  }

  /** Waits until the other side has closed the connection. @returns all that has come back */
  async untilClosed(): Promise<string> {
    await this.closed;
    return this.received;
  }

  /** Stops reading: what comes back stays in its socket. */
  pause(): void {
    this.socket.pause();
  }

  close(): Promise<void> {
    this.socket.destroy();
    return this.closed;
  }
}

/** @returns the head of a request, its blank line included */
export function requestHead(
  method: string,
  target: string,
  headers: Readonly<Record<string, string | number>> = {},
): string {
  const fields = Object.entries({ host: 'proxy.example', ...headers });
  const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`;
}
