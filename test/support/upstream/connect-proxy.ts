import { once } from 'node:events';
import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';
import { type Closable, track } from '../resources.js';
import { abandon } from './abandon.js';
import { type RecordedRequest, RequestParser } from './request-parser.js';

/**
 * An HTTP proxy as companies have it: it opens tunnels (CONNECT, RFC 9110 section 9.3.6), and passes
 * on requests that name their target in full (RFC 9112 section 3.2.2).
 */
export class ConnectProxy implements Closable {
  /** The `host:port` of every tunnel that was opened, and of every request that was passed on. */
  readonly targets: string[] = [];
  /** The `proxy-authorization` that came with each of them. */
  readonly credentials: (string | undefined)[] = [];
  readonly #sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  /** Starts one on any free port of 127.0.0.1; `closeAll` ends it. */
  static async start(): Promise<ConnectProxy> {
    const server = createServer();
    const proxy = new ConnectProxy(server);
    server.on('connection', (socket) => {
      proxy.#accept(socket);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return track(proxy);
  }

  /** Its address, with credentials when `user` is given. */
  url(user = ''): string {
    const { port } = this.server.address() as AddressInfo;
    return `http://${user === '' ? '' : `${user}@`}127.0.0.1:${port}`;
  }

  /** Goes for good: new connections are refused. */
  async vanish(): Promise<void> {
    await abandon(this.server);
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) {
      socket.destroy();
    }
    if (this.server.listening) {
      this.server.close();
      await once(this.server, 'close');
    }
  }

  #accept(socket: Socket): void {
    this.#keep(socket);
    const parser = new RequestParser();
    const onData = (bytes: Buffer): void => {
      for (const request of parser.push(bytes)) {
        this.credentials.push(request.headers['proxy-authorization']);
        if (request.method === 'CONNECT') {
          socket.off('data', onData);
          this.#tunnel(socket, request.path);
        } else {
          this.#forward(socket, request);
        }
      }
    };
    socket.on('data', onData);
  }

  #tunnel(socket: Socket, target: string): void {
    const onward = this.#connect(target);
    onward.once('connect', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      socket.pipe(onward).pipe(socket);
    });
  }

  #forward(socket: Socket, { method, path, headers, body }: RecordedRequest): void {
    const { host, pathname } = new URL(path);
    const onward = this.#connect(host);
    const fields = Object.entries(headers)
      .filter(([name]) => name !== 'proxy-authorization')
      .map(([name, value]) => `${name}: ${value}\r\n`);
    onward.write(`${method} ${pathname} HTTP/1.1\r\n${fields.join('')}\r\n`);
    onward.write(body);
    onward.pipe(socket, { end: false });
  }

  #connect(target: string): Socket {
    this.targets.push(target);
    const [host = '', port] = target.split(':');
    const onward = connect({ host, port: Number(port) });
    this.#keep(onward);
    return onward;
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => {
      this.#sockets.delete(socket);
    });
  }
}
