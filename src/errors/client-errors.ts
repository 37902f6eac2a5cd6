import { ProxyError } from './proxy-error.js';

/** What the client got wrong: nothing was asked of any provider. */
abstract class ClientError extends ProxyError {
  constructor(
    message: string,
    status: number,
    code: string,
    more: { readonly param?: string; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message, { status, type: 'invalid_request_error', code, ...more });
  }
}

export class InvalidJsonError extends ClientError {
  constructor(message = 'The request body is not valid JSON.') {
    super(message, 400, 'invalid_json');
  }
}

export class MissingParameterError extends ClientError {
  constructor(param: string, expectation: string) {
    super(`You must provide ${expectation} in '${param}'.`, 400, 'missing_required_parameter', {
      param,
    });
  }
}

/** A request that Node's HTTP parser or the router cannot make sense of. */
export class MalformedRequestError extends ClientError {
  constructor(status = 400) {
    super(MALFORMED[status] ?? 'The request is malformed.', status, 'malformed_request');
  }
}

/** What is wrong, where the status tells. */
const MALFORMED: Readonly<Record<number, string>> = {
  408: 'The request did not arrive in time.',
  431: "The request's headers are too large.",
};

export class InvalidApiKeyError extends ClientError {
  constructor(message: string) {
    super(message, 401, 'invalid_api_key', { headers: { 'www-authenticate': 'Bearer' } });
  }
}

export class UnknownUrlError extends ClientError {
  constructor(method: string, path: string) {
    super(`Unknown request URL: ${method} ${path}.`, 404, 'unknown_url');
  }
}

export class MethodNotAllowedError extends ClientError {
  constructor(method: string, path: string, allowed: readonly string[]) {
    const allow = allowed.join(', ');
    super(`Not allowed: ${method} ${path}. Use ${allow}.`, 405, 'method_not_allowed', {
      headers: { allow },
    });
  }
}

export class ModelNotFoundError extends ClientError {
  constructor(model: string) {
    super(`The model '${model}' does not exist or no provider serves it.`, 404, 'model_not_found', {
      param: 'model',
    });
  }
}

export class RequestTooLargeError extends ClientError {
  /** @param limit - the most bytes a body may have */
  constructor(limit: number) {
    super(`The request body is larger than ${limit} bytes.`, 413, 'request_too_large');
  }
}

export class UnsupportedMediaTypeError extends ClientError {
  constructor(message: string) {
    super(message, 415, 'unsupported_media_type');
  }
}

/** The client left before it was answered; nobody reads this, logs and metrics count it as 499. */
export class ClientClosedError extends ClientError {
  constructor() {
    super('The client closed the connection.', 499, 'client_closed');
  }
}
