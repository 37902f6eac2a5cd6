import { once } from 'node:events';
import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';
import { type Closable, track } from '../resources.js';

/**
 * Accepts connections and says not a word: a TLS handshake with it does not end, until it is told
 * to hand its connections on.
 */
export class MuteServer implements Closable {
  readonly #sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    /** Resolves when the first connection is there. */
    readonly connected: Promise<unknown>,
  ) {}

  /** Starts one on any free port of 127.0.0.1; `closeAll` ends it. */
  static async start(): Promise<MuteServer> {
    const server = createServer();
    const mute = new MuteServer(server, once(server, 'connection'));
    server.on('connection', (socket) => {
      mute.#keep(socket);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return track(mute);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** How many of its connections are open. */
  get open(): number {
    return this.#sockets.size;
  }

  /** Lets its connections lead to `port`: what was held up goes on. */
  async handOn({ port }: { readonly port: number }): Promise<void> {
    for (const socket of [...this.#sockets]) {
      const onward = connect({ host: '127.0.0.1', port });
      this.#keep(onward);
      await once(onward, 'connect');
      socket.pipe(onward).pipe(socket);
    }
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) {
      socket.destroy();
    }
    this.server.close();
    await once(this.server, 'close');
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => {
      this.#sockets.delete(socket);
    });
  }
}
