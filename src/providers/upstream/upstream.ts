import type { IncomingHttpHeaders } from 'node:http';

/** A place in a trace, as it travels in headers (W3C Trace Context). */
export interface TraceContext {
  readonly traceparent: string;
  readonly tracestate: string | undefined;
}

/** One request to a provider. */
export interface UpstreamCall {
  /** Path below the provider's base address, such as `/chat/completions`. */
  readonly path: string;
  /** The client's own headers; the provider's type picks those that may travel on. */
  readonly clientHeaders: IncomingHttpHeaders;
  /** Our id of the request, so that the provider's logs can be matched with ours. */
  readonly requestId: string;
  /** Where in its trace the call stands; undefined: where the client's own headers say. */
  readonly traceContext: TraceContext | undefined;
  /** The body in pieces, sent one after the other. */
  readonly body: readonly Uint8Array[];
}

/**
 * Told how a call goes: `onConnected`, `onResponse`, any number of `onData`, and then exactly one
 * of `onEnd` and `onFailure`, which may come at any point. Nothing is called after a cancel.
 */
export interface UpstreamListener {
  /** A connection is there and the request is being written. */
  onConnected(): void;
  /** @param headers - names in lower case */
  onResponse(status: number, headers: IncomingHttpHeaders): void;
  onData(chunk: Uint8Array): void;
  onEnd(): void;
  onFailure(failure: UpstreamFailure): void;
}

/** A call under way. */
export interface UpstreamExchange {
  /** Stops reading from the provider until `resume`. */
  pause(): void;
  resume(): void;
  /** Ends the call at once and frees its connection; harmless when it is over. */
  cancel(): void;
}

/** The call broke; `cause` is for the log, never for a client. */
export class UpstreamFailure extends Error {
  /**
   * @param kind - `unreachable`: no connection came about; `reset`: the connection was lost;
   * `protocol`: what came is not HTTP, or its encoding is broken
   */
  constructor(
    readonly kind: 'unreachable' | 'reset' | 'protocol',
    cause: unknown,
  ) {
    super(`upstream ${kind}`, { cause });
    this.name = 'UpstreamFailure';
  }
}

/** What a provider type knows to do: one call, and the side calls of models and health. */
export interface Upstream {
  /** Begins one call; `listener` may hear of its connection before `send` returns. */
  send(call: UpstreamCall, listener: UpstreamListener): UpstreamExchange;

  /**
   * @param timeout - ms
   * @returns the names of the models that the provider itself lists
   * @throws when it cannot be asked
   */
  listModels(timeout: number): Promise<readonly string[]>;

  /**
   * Asks for one tiny completion.
   *
   * @param model - the provider's own name of a model
   * @param timeout - ms
   * @throws ProbeError with a reason that is fit for a health page
   */
  probe(model: string, timeout: number): Promise<void>;

  /** Closes its connections. */
  close(): Promise<void>;
}

/** A probe failed; the message names no address and no key. */
export class ProbeError extends Error {
  override readonly name = 'ProbeError';
}
