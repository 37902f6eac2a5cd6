import { ProxyError } from './proxy-error.js';

/** What went wrong on our side of the client: at a provider, or here. */
abstract class ServerError extends ProxyError {
  constructor(
    message: string,
    status: number,
    code: string,
    more: { readonly headers?: Readonly<Record<string, string>>; readonly cause?: unknown } = {},
  ) {
    super(
      message,
      {
        status,
        type: 'server_error',
        code,
        ...(more.headers === undefined ? {} : { headers: more.headers }),
      },
      more.cause === undefined ? undefined : { cause: more.cause },
    );
  }
}

/** The provider could not be reached, reset the connection or broke the protocol. */
export class UpstreamError extends ServerError {
  constructor(message = 'The provider could not be reached.', cause?: unknown) {
    super(message, 502, 'upstream_error', { cause });
  }
}

/** The provider answered with something that is neither JSON nor an event stream. */
export class UpstreamInvalidResponseError extends ServerError {
  constructor(message = 'The provider answered with something that is not an API response.') {
    super(message, 502, 'upstream_invalid_response');
  }
}

/** The provider refused the proxy's own key: the operator's fault, never the client's. */
export class UpstreamAuthError extends ServerError {
  constructor() {
    super("The provider refused the proxy's credentials.", 502, 'upstream_auth_error');
  }
}

/** The four deadlines of a call to a provider. */
export type DeadlinePhase = 'connect' | 'first_token' | 'idle' | 'total';

const DEADLINE_MESSAGES: Readonly<Record<DeadlinePhase, string>> = {
  connect: 'The provider did not accept a connection in time.',
  first_token: 'The provider did not begin its answer in time.',
  idle: 'The provider stopped sending its answer.',
  total: 'The provider did not finish its answer in time.',
};

/** A deadline passed; `phase` says which. */
export class UpstreamTimeoutError extends ServerError {
  readonly phase: DeadlinePhase;

  constructor(phase: DeadlinePhase) {
    super(DEADLINE_MESSAGES[phase], 504, 'upstream_timeout');
    this.phase = phase;
  }
}

/** Every provider of the model is out: its breaker is open, or it asked for a pause. */
export class NoHealthyProviderError extends ServerError {
  constructor() {
    super('No provider of the model can be asked at the moment.', 503, 'no_healthy_provider');
  }
}

export class ShuttingDownError extends ServerError {
  constructor() {
    super('The proxy is shutting down. Please send the request again.', 503, 'shutting_down', {
      headers: { 'retry-after': '1' },
    });
  }
}

/** A bug of ours. The message tells nothing of the inside; the log has `cause`. */
export class InternalError extends ServerError {
  constructor(cause?: unknown) {
    super('The proxy failed to process the request.', 500, 'internal_error', { cause });
  }
}

/** What a provider says of its own refusal. */
export interface RefusalDetails {
  readonly message: string;
  readonly type?: string | undefined;
  readonly param?: string | undefined;
  readonly code?: string | undefined;
}

/** A provider's refusal in its own words, where its bytes cannot be passed on as they are. */
export class UpstreamRefusalError extends ProxyError {
  constructor(status: number, { message, type, param, code }: RefusalDetails) {
    super(message, {
      status,
      type: type ?? (status < 500 ? 'invalid_request_error' : 'server_error'),
      code: code ?? 'upstream_error',
      ...(param === undefined ? {} : { param }),
    });
  }
}
