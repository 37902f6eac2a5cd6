/** What a provider says of its refusal, in whatever form it says it. */
export interface RefusalWords {
  /** A word for programs, such as `context_length_exceeded`; some providers send a number. */
  readonly code?: string | undefined;
  /** A broader word for programs, such as `invalid_request_error`. */
  readonly type?: string | undefined;
  /** A sentence for people. It may quote the request. */
  readonly message?: string | undefined;
  /** The request parameter at fault. */
  readonly param?: string | undefined;
}

/** A provider's refusal, however it came: by status, as an error under a 200, or as an event. */
export interface Refusal extends RefusalWords {
  /** The HTTP status that it came with, or should have come with. */
  readonly status: number;
}
