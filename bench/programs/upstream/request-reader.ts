const HEAD_END = '\r\n\r\n';
const CONTENT_LENGTH = /\r\ncontent-length: *(\d+)/i;

/** How much of a body is kept: enough to find the model and the options of the stream, bytes. */
const KEPT = 1024;

/**
 * Reads HTTP/1.1 requests with a declared length, one after the other, and keeps of each just the
 * beginning. Much cheaper than node:http, so that the upstream is never what limits a proxy.
 */
export class RequestReader {
  #text = '';
  #bodyStart: number | undefined;
  /** Bytes of the body that have not arrived. */
  #missing = 0;

  /**
   * @returns head and beginning of the body, once the request is complete
   * @throws RangeError when it does not say how long it is
   */
  push(chunk: Buffer): string | undefined {
    if (this.#bodyStart === undefined) {
      this.#readHead(chunk);
    } else {
      this.#missing -= chunk.byteLength;
      this.#keep(chunk);
    }
    if (this.#bodyStart === undefined || this.#missing > 0) {
      return undefined;
    }
    const request = this.#text;
    this.#text = '';
    this.#bodyStart = undefined;
    return request;
  }

  #readHead(chunk: Buffer): void {
    // Before the end of the head everything is kept; of a chunk that is mostly body, the beginning.
    const seen = this.#text.length;
    this.#text += chunk.toString('latin1', 0, 16 * KEPT);
    const headEnd = this.#text.indexOf(HEAD_END);
    if (headEnd === -1) {
      return;
    }
    const [, length] = CONTENT_LENGTH.exec(this.#text.slice(0, headEnd)) ?? [];
    if (length === undefined) {
      throw new RangeError('a request without content-length');
    }
    this.#bodyStart = headEnd + HEAD_END.length;
    this.#missing = Number(length) - (seen + chunk.byteLength - this.#bodyStart);
  }

  #keep(chunk: Buffer): void {
    if (this.#text.length - (this.#bodyStart ?? 0) < KEPT) {
      this.#text += chunk.toString('latin1', 0, KEPT);
    }
  }
}
