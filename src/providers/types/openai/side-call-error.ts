/**
 * A side call failed. It says why in words that are fit for everyone; axios' own error, which holds
 * the request with its key, goes no further.
 */
export class SideCallError extends Error {
  override readonly name = 'SideCallError';

  /** @param status - of the provider's refusal; undefined when there was no answer */
  constructor(
    message: string,
    readonly status?: number,
  ) {
    super(message);
  }
}
