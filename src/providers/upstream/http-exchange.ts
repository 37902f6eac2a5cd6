import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import { type Dispatcher, errors } from 'undici';
import type { ConnectionAge } from './connection-age.js';
import { type UpstreamExchange, UpstreamFailure, type UpstreamListener } from './upstream.js';

/** What goes out, ready to be written. */
export interface HttpRequest {
  readonly origin: string;
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: string[];
  readonly body: readonly Uint8Array[];
}

/** Below this size pieces are joined: one write is cheaper than one copy, bytes. */
const JOIN_LIMIT = 64 * 1024;

/** Errors that mean that the connection broke, rather than that it never came about. */
const RESET_CODES: ReadonlySet<string> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);
const PROTOCOL_ERRORS = [
  errors.HTTPParserError,
  errors.HeadersOverflowError,
  errors.ResponseContentLengthMismatchError,
];

/**
 * One call over undici's dispatcher, the cheapest way to speak HTTP from Node (docs/decisions).
 *
 * A pooled connection that the provider closed while it was idle fails as soon as it is written
 * to. RFC 9110 section 9.2.2 lets a client send again what was, by all signs, not processed: when a
 * connection that had been idle broke before one byte came back, the request is sent once more. On
 * a new connection the same sign means that the provider broke down over this very request.
 */
export class HttpExchange implements Dispatcher.DispatchHandler, UpstreamExchange {
  #controller: Dispatcher.DispatchController | undefined;
  #state: 'sending' | 'responding' | 'over' = 'sending';
  #connected = false;
  /** Whether the connection may have been closed before the request reached it. */
  #maybeStale = false;
  #resent = false;

  /** @param connections - watches the connections of `dispatcher` */
  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly connections: ConnectionAge,
    private readonly request: HttpRequest,
    private readonly listener: UpstreamListener,
  ) {}

  start(): void {
    const { origin, path, headers, body } = this.request;
    this.dispatcher.dispatch(
      { origin, path, method: 'POST', headers, body: joinPieces(body) },
      this,
    );
  }

  pause(): void {
    this.#controller?.pause();
  }

  resume(): void {
    this.#controller?.resume();
  }

  cancel(): void {
    if (this.#state !== 'over') {
      this.#state = 'over';
      this.#controller?.abort(new errors.RequestAbortedError());
    }
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#state === 'over') {
      controller.abort(new errors.RequestAbortedError());
      return;
    }
    this.#controller = controller;
    this.#maybeStale = !this.connections.isNew;
    if (!this.#connected) {
      this.#connected = true;
      this.listener.onConnected();
    }
  }

  /** The first byte is there. */
  onResponseStarted(): void {
    this.#maybeStale = false;
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    if (this.#state === 'over' || status < 200) {
      return;
    }
    this.#state = 'responding';
    this.listener.onResponse(status, headers);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#state !== 'over') {
      this.listener.onData(chunk);
    }
  }

  onResponseEnd(): void {
    if (this.#state !== 'over') {
      this.#state = 'over';
      this.listener.onEnd();
    }
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#state === 'over') {
      return;
    }
    if (this.#maybeStale && !this.#resent && isReset(error)) {
      this.#resent = true;
      this.#maybeStale = false;
      this.#controller = undefined;
      this.start();
      return;
    }
    this.#state = 'over';
    this.listener.onFailure(new UpstreamFailure(this.#kindOf(error), error));
  }

  #kindOf(error: Error): UpstreamFailure['kind'] {
    if (PROTOCOL_ERRORS.some((type) => error instanceof type)) {
      return 'protocol';
    }
    return this.#connected ? 'reset' : 'unreachable';
  }
}

function isReset(error: NodeJS.ErrnoException): boolean {
  return error.code !== undefined && RESET_CODES.has(error.code);
}

function joinPieces(pieces: readonly Uint8Array[]): Uint8Array | Readable {
  const [first] = pieces;
  if (pieces.length === 1 && first !== undefined) {
    return first;
  }
  const size = pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
  return size <= JOIN_LIMIT
    ? Buffer.concat(pieces, size)
    : Readable.from(pieces, { objectMode: false });
}
