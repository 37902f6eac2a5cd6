import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** How an event of a stream ends: the proxy's line ends are LF. */
const BLANK_LINE = '\n\n';

/** An answer as a client sees it, read as fast or as slowly as the test wants. */
export class ClientResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The body so far, as the network delivered it. */
  readonly packets: Buffer[] = [];
  /** Bytes of the body so far. */
  received = 0;
  /** Resolves when the body has ended or its connection broke; whether it was whole. */
  readonly ended: Promise<boolean>;

  #eventsTaken = 0;
  #isReading = false;
  #hasEnded = false;
  #wake: (() => void) | undefined;

  constructor(
    private readonly message: IncomingMessage,
    private readonly request: ClientRequest,
  ) {
    this.status = message.statusCode ?? 0;
    this.headers = message.headers;
    // A connection that breaks is an end like any other; `ended` tells which.
    request.on('error', () => undefined);
    message.on('error', () => undefined);
    this.ended = new Promise((resolve) => {
      message.once('close', () => {
        this.#hasEnded = true;
        this.#wake?.();
        resolve(message.complete);
      });
    });
  }

  /** The body so far. */
  get body(): Buffer {
    return Buffer.concat(this.packets);
  }

  /** The body so far, as text. */
  get text(): string {
    return this.body.toString();
  }

  /** The events so far, each with its blank line. */
  get events(): readonly string[] {
    return this.text
      .split(BLANK_LINE)
      .slice(0, -1)
      .map((event) => event + BLANK_LINE);
  }

  /** @returns the body so far, parsed */
  json(): unknown {
    return JSON.parse(this.text);
  }

  /** Reads to the end. @returns whether the body was whole: its connection did not break */
  readAll(): Promise<boolean> {
    this.read();
    return this.ended;
  }

  /** @returns the next event of a stream; undefined when there is none before its end */
  async nextEvent(): Promise<string | undefined> {
    this.read();
    while (this.events.length === this.#eventsTaken && !this.#hasEnded) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const event = this.events[this.#eventsTaken];
    this.#eventsTaken += event === undefined ? 0 : 1;
    return event;
  }

  /** Begins to read, or goes on. Until then nothing is taken from the socket. */
  read(): void {
    if (!this.#isReading) {
      this.#isReading = true;
      this.message.on('data', (packet: Buffer) => {
        this.#take(packet);
      });
    }
    this.message.resume();
  }

  /** Stops reading: what the proxy sends stays in its socket. */
  pause(): void {
    this.message.pause();
  }

  /** Reads to the end and keeps nothing. @param onPacket - called with every packet */
  async consume(onPacket: (packet: Buffer) => void): Promise<boolean> {
    this.message.on('data', onPacket);
    return this.ended;
  }

  /** Goes on reading after `pause`. */
  resume(): void {
    this.message.resume();
  }

  /** Leaves in the middle: closes the connection. */
  abort(): void {
    this.request.destroy();
  }

  #take(packet: Buffer): void {
    this.packets.push(packet);
    this.received += packet.length;
    this.#wake?.();
  }
}
