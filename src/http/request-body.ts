import type { IncomingMessage } from 'node:http';
import {
  ClientClosedError,
  RequestTooLargeError,
  UnsupportedMediaTypeError,
} from '../errors/index.js';

const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json *(?:;|$)/i;
const CHARSET = /; *charset *= *"?([^";, ]*)/i;
const UTF_8 = /^utf-?8$/i;

/**
 * Reads a request's body into one buffer. With a declared length each byte is copied once.
 *
 * @param limit - the most bytes a body may have
 * @throws RequestTooLargeError past the limit, without reading the rest
 * @throws UnsupportedMediaTypeError for anything but JSON in UTF-8, uncompressed
 * @throws ClientClosedError when the client leaves before its body is complete
 */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    checkMediaType(request);
    const declared = Number(request.headers['content-length'] ?? 0);
    if (declared > limit) {
      throw new RequestTooLargeError(limit);
    }
    const body = new BodyBuffer(declared);
    const stop = (): void => {
      request.off('data', onData).off('end', onEnd).off('error', onGone).off('close', onGone);
    };
    const onData = (chunk: Buffer): void => {
      if (body.size + chunk.byteLength > limit) {
        stop();
        request.pause();
        reject(new RequestTooLargeError(limit));
        return;
      }
      body.add(chunk);
    };
    const onEnd = (): void => {
      stop();
      resolve(body.take());
    };
    const onGone = (): void => {
      stop();
      reject(new ClientClosedError());
    };
    request.on('data', onData).once('end', onEnd).once('error', onGone).once('close', onGone);
  });
}

/**
 * Gathers a body. Where its length was declared, each chunk is copied to its place as it arrives, so
 * that it can be freed at once; a body of one chunk is not copied at all.
 */
class BodyBuffer {
  size = 0;
  readonly #chunks: Buffer[] = [];
  #room: Buffer | undefined;

  /** @param declared - the length the client announced, bytes; 0 when it did not */
  constructor(private readonly declared: number) {}

  add(chunk: Buffer): void {
    const isFirstOfMany = this.size === 0 && chunk.byteLength < this.declared;
    if (isFirstOfMany) {
      this.#room = Buffer.allocUnsafe(this.declared);
    }
    if (this.#room === undefined) {
      this.#chunks.push(chunk);
    } else {
      chunk.copy(this.#room, this.size);
    }
    this.size += chunk.byteLength;
  }

  take(): Buffer {
    const [only] = this.#chunks;
    if (this.#room !== undefined) {
      return this.#room.subarray(0, this.size);
    }
    return this.#chunks.length === 1 && only !== undefined
      ? only
      : Buffer.concat(this.#chunks, this.size);
  }
}

function checkMediaType({ headers }: IncomingMessage): void {
  const type = headers['content-type'];
  if (type !== undefined && (!JSON_TYPE.test(type) || !isUtf8(type))) {
    throw new UnsupportedMediaTypeError(
      "The request body must be JSON in UTF-8: send 'Content-Type: application/json'.",
    );
  }
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new UnsupportedMediaTypeError('The request body must not be compressed.');
  }
}

/** @returns whether a media type names UTF-8 as its charset, or none (RFC 8259 section 8.1) */
function isUtf8(type: string): boolean {
  const charset = CHARSET.exec(type)?.[1];
  return charset === undefined || UTF_8.test(charset);
}
