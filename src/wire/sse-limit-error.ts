/** An event grew beyond what the reader is allowed to hold. */
export class SseLimitError extends Error {
  override readonly name = 'SseLimitError';

  /** @param limit - bytes an event may have */
  constructor(readonly limit: number) {
    super(`an event of the stream is larger than ${limit} bytes`);
  }
}
