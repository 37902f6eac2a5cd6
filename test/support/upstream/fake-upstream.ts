import { once } from 'node:events';
import { type AddressInfo, type Server, type Socket, createServer } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { readCertificate } from '../certificate.js';
import { type Closable, track } from '../resources.js';
import { abandon } from './abandon.js';
import { Exchange } from './exchange.js';
import { type RecordedRequest, RequestParser } from './request-parser.js';
import { type Script, json } from './scripts.js';

export interface FakeUpstreamOptions {
  /** Speaks TLS, with a certificate that nobody signed. */
  readonly tls?: boolean;
  /** Its certificate, when it is another. */
  readonly certificateFile?: string;
  /** Answers as soon as a head is there, and never reads a body. */
  readonly answersAtHead?: boolean;
}

/**
 * A provider that does exactly what a test says. A test either gives it scripts, or takes the
 * exchanges with `next` and answers them itself, step by step.
 */
export class FakeUpstream implements Closable {
  /** What it answers to `GET /models`, which no script sees and `requests` does not hold. */
  models: Script = json(200, { object: 'list', data: [] });
  /** All other requests, in the order in which they were complete. */
  readonly requests: RecordedRequest[] = [];
  /** How many connections it has accepted. */
  connections = 0;

  readonly #sockets = new Set<Socket>();
  readonly #script: Script[] = [];
  readonly #unclaimed: Exchange[] = [];
  readonly #waiting: ((exchange: Exchange) => void)[] = [];
  readonly #failures: unknown[] = [];
  #always: Script | undefined;

  private constructor(
    private readonly server: Server,
    private readonly scheme: 'http' | 'https',
    private readonly answersAtHead: boolean,
  ) {}

  /** Starts one on any free port of 127.0.0.1; `closeAll` ends it. */
  static async start(options: FakeUpstreamOptions = {}): Promise<FakeUpstream> {
    const { tls = false, certificateFile, answersAtHead = false } = options;
    const server = tls ? createTlsServer(readCertificate(certificateFile)) : createServer();
    const upstream = new FakeUpstream(server, tls ? 'https' : 'http', answersAtHead);
    server.on(tls ? 'secureConnection' : 'connection', (socket: Socket) => {
      upstream.#accept(socket);
    });
    // A client that does not trust the certificate hangs up during the handshake.
    server.on('tlsClientError', () => undefined);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return track(upstream);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Its address as `api_base`. */
  get url(): string {
    return `${this.scheme}://127.0.0.1:${this.port}/v1`;
  }

  /** The latest request. */
  get lastRequest(): RecordedRequest {
    const request = this.requests.at(-1);
    if (request === undefined) {
      throw new Error('no request has reached the upstream');
    }
    return request;
  }

  /** Answers every request so, unless `answerOnce` says otherwise. */
  answer(script: Script): this {
    this.#always = script;
    return this;
  }

  /** Answers the next requests so, one script each, in order. */
  answerOnce(...scripts: readonly Script[]): this {
    this.#script.push(...scripts);
    return this;
  }

  /** @returns the next request that no script answers, as soon as it is complete */
  next(): Promise<Exchange> {
    const exchange = this.#unclaimed.shift();
    return exchange === undefined
      ? new Promise((resolve) => {
          this.#waiting.push(resolve);
        })
      : Promise.resolve(exchange);
  }

  /** Closes every connection that is open, as a provider does with idle ones. */
  async hangUp(): Promise<void> {
    const open = [...this.#sockets];
    await Promise.all(
      open.map((socket) => {
        const closed = once(socket, 'close');
        socket.end();
        return closed;
      }),
    );
  }

  /** Goes for good: its connections end, and new ones are refused. */
  async vanish(): Promise<void> {
    this.#cut();
    await abandon(this.server);
  }

  async close(): Promise<void> {
    this.#cut();
    if (this.server.listening) {
      this.server.close();
      await once(this.server, 'close');
    }
    if (this.#failures.length > 0) {
      throw new AggregateError(this.#failures, 'a script of the fake upstream failed');
    }
  }

  #cut(): void {
    for (const socket of this.#sockets) {
      socket.destroy();
    }
  }

  #accept(socket: Socket): void {
    const number = this.connections;
    this.connections += 1;
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    // The proxy may cut a connection at any moment; `closed` tells.
    socket.on('error', () => undefined);
    const closed = new Promise<void>((resolve) => {
      socket.once('close', () => {
        this.#sockets.delete(socket);
        resolve();
      });
    });
    const parser = new RequestParser({ headsOnly: this.answersAtHead });
    socket.on('data', (chunk) => {
      for (const request of parser.push(chunk)) {
        this.#receive(new Exchange(request, number, closed, socket));
        if (this.answersAtHead) {
          socket.pause();
        }
      }
    });
  }

  #receive(exchange: Exchange): void {
    const { method, path } = exchange.request;
    if (method === 'GET' && path.endsWith('/models')) {
      this.#play(this.models, exchange);
      return;
    }
    this.requests.push(exchange.request);
    const script = this.#script.shift() ?? this.#always;
    if (script === undefined) {
      this.#offer(exchange);
    } else {
      this.#play(script, exchange);
    }
  }

  #play(script: Script, exchange: Exchange): void {
    Promise.resolve(script(exchange)).catch((error: unknown) => {
      this.#failures.push(error);
    });
  }

  #offer(exchange: Exchange): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) {
      this.#unclaimed.push(exchange);
    } else {
      waiting(exchange);
    }
  }
}
