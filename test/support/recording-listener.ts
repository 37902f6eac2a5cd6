import type { IncomingHttpHeaders } from 'node:http';
import type { UpstreamFailure, UpstreamListener } from '../../src/providers/index.js';

/** Hears how a call goes and remembers it. */
export class RecordingListener implements UpstreamListener {
  /** What was heard, in order; pieces of the body that follow each other count as one `data`. */
  readonly heard: string[] = [];
  readonly chunks: Uint8Array[] = [];
  headers: IncomingHttpHeaders = {};
  failure: UpstreamFailure | undefined;
  /** Bytes of the body so far. */
  received = 0;
  /** Resolves when a connection is there. */
  readonly connected: Promise<void>;
  /** Resolves with the answer's head. */
  readonly responded: Promise<void>;
  /** Resolves when the call has ended or failed. */
  readonly over: Promise<void>;
  #connect: () => void = () => undefined;
  #respond: () => void = () => undefined;
  #finish: () => void = () => undefined;

  /** @param then - called after what was heard has been remembered */
  constructor(private readonly then: Partial<UpstreamListener> = {}) {
    this.connected = new Promise((resolve) => {
      this.#connect = resolve;
    });
    this.responded = new Promise((resolve) => {
      this.#respond = resolve;
    });
    this.over = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  /** The body so far. */
  get body(): Buffer {
    return Buffer.concat(this.chunks);
  }

  onConnected(): void {
    this.heard.push('connected');
    this.#connect();
    this.then.onConnected?.();
  }

  onResponse(status: number, headers: IncomingHttpHeaders): void {
    this.heard.push(`response ${status}`);
    this.headers = headers;
    this.#respond();
    this.then.onResponse?.(status, headers);
  }

  onData(chunk: Uint8Array): void {
    if (this.heard.at(-1) !== 'data') {
      this.heard.push('data');
    }
    // undici and zlib use their buffers again.
    this.chunks.push(Buffer.from(chunk));
    this.received += chunk.byteLength;
    this.then.onData?.(chunk);
  }

  onEnd(): void {
    this.heard.push('end');
    this.#finish();
    this.then.onEnd?.();
  }

  onFailure(failure: UpstreamFailure): void {
    this.heard.push(`failure ${failure.kind}`);
    this.failure = failure;
    this.#finish();
    this.then.onFailure?.(failure);
  }
}
