import type { IncomingHttpHeaders } from 'node:http';
import type { Transform } from 'node:stream';
import {
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createZstdDecompress,
} from 'node:zlib';
import { type UpstreamExchange, UpstreamFailure, type UpstreamListener } from './upstream.js';

/** RFC 9110 section 8.4.1, RFC 7932 (br) and RFC 8878 (zstd). */
const DECODERS: ReadonlyMap<string, () => Transform> = new Map<string, () => Transform>([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
  ['zstd', createZstdDecompress],
]);

/**
 * Decodes a body that a provider compressed although it was asked not to; any other body passes
 * through as it is. Everything past this listener sees plain bytes.
 */
export class DecodingListener implements UpstreamListener {
  #decoder: Transform | undefined;
  #isEmpty = true;
  #over = false;

  constructor(
    private readonly listener: UpstreamListener,
    private readonly source: () => UpstreamExchange | undefined,
  ) {}

  onConnected(): void {
    this.listener.onConnected();
  }

  onResponse(status: number, headers: IncomingHttpHeaders): void {
    // undici gives a header that came twice as an array, whatever its types say.
    const encoding = [headers['content-encoding'] ?? ''].flat().join().trim().toLowerCase();
    if (encoding !== '' && encoding !== 'identity') {
      const create = DECODERS.get(encoding);
      if (create === undefined) {
        this.#fail(new Error(`unknown content-encoding ${encoding}`));
        return;
      }
      this.#decoder = this.#pipe(create());
    }
    this.listener.onResponse(status, headers);
  }

  onData(chunk: Uint8Array): void {
    if (this.#decoder === undefined) {
      this.listener.onData(chunk);
      return;
    }
    this.#isEmpty = false;
    if (!this.#decoder.write(chunk)) {
      this.source()?.pause();
    }
  }

  onEnd(): void {
    // No bytes at all are no broken encoding: a refusal, say, may have no body.
    if (this.#decoder === undefined || this.#isEmpty) {
      this.cancel();
      this.listener.onEnd();
    } else {
      this.#decoder.end();
    }
  }

  onFailure(failure: UpstreamFailure): void {
    if (!this.#over) {
      this.cancel();
      this.listener.onFailure(failure);
    }
  }

  pause(): void {
    this.#decoder?.pause();
  }

  resume(): void {
    this.#decoder?.resume();
  }

  cancel(): void {
    this.#over = true;
    this.#decoder?.destroy();
  }

  #pipe(decoder: Transform): Transform {
    decoder.on('data', (chunk: Buffer) => {
      this.listener.onData(chunk);
    });
    decoder.on('drain', () => {
      this.source()?.resume();
    });
    decoder.on('end', () => {
      this.listener.onEnd();
    });
    decoder.on('error', (error) => {
      this.#fail(error);
    });
    return decoder;
  }

  #fail(cause: Error): void {
    if (!this.#over) {
      this.cancel();
      this.source()?.cancel();
      this.listener.onFailure(new UpstreamFailure('protocol', cause));
    }
  }
}
