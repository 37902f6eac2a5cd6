import { describe, expect, it } from '@jest/globals';
import {
  ClientClosedError,
  InvalidApiKeyError,
  InvalidJsonError,
  MalformedRequestError,
  MethodNotAllowedError,
  MissingParameterError,
  ModelNotFoundError,
  RequestTooLargeError,
  UnknownUrlError,
  UnsupportedMediaTypeError,
} from './client-errors.js';
import type { ProxyError } from './proxy-error.js';
import {
  InternalError,
  ShuttingDownError,
  UpstreamAuthError,
  UpstreamError,
  UpstreamInvalidResponseError,
  UpstreamRefusalError,
  UpstreamTimeoutError,
} from './server-errors.js';

/** The table of errors: what the client got wrong, and what went wrong on our side. */
const CLIENT_ERRORS: readonly (readonly [ProxyError, status: number, code: string])[] = [
  [new InvalidJsonError(), 400, 'invalid_json'],
  [new MissingParameterError('model', 'a name'), 400, 'missing_required_parameter'],
  [new MalformedRequestError(), 400, 'malformed_request'],
  [new MalformedRequestError(431), 431, 'malformed_request'],
  [new InvalidApiKeyError('No.'), 401, 'invalid_api_key'],
  [new UnknownUrlError('GET', '/x'), 404, 'unknown_url'],
  [new ModelNotFoundError('m'), 404, 'model_not_found'],
  [new MethodNotAllowedError('GET', '/x', ['POST']), 405, 'method_not_allowed'],
  [new RequestTooLargeError(10), 413, 'request_too_large'],
  [new UnsupportedMediaTypeError('No.'), 415, 'unsupported_media_type'],
  [new ClientClosedError(), 499, 'client_closed'],
];

const SERVER_ERRORS: readonly (readonly [ProxyError, status: number, code: string])[] = [
  [new InternalError(), 500, 'internal_error'],
  [new UpstreamError(), 502, 'upstream_error'],
  [new UpstreamInvalidResponseError(), 502, 'upstream_invalid_response'],
  [new UpstreamAuthError(), 502, 'upstream_auth_error'],
  [new ShuttingDownError(), 503, 'shutting_down'],
  [new UpstreamTimeoutError('connect'), 504, 'upstream_timeout'],
];

describe('errors', () => {
  it.each(CLIENT_ERRORS)('of the client: %s has status %d and code %s', (error, status, code) => {
    expect(error).toMatchObject({ status, type: 'invalid_request_error', code });
  });

  it.each(SERVER_ERRORS)('of ours: %s has status %d and code %s', (error, status, code) => {
    expect(error).toMatchObject({ status, type: 'server_error', code });
  });

  it("have a body in OpenAI's format, and nothing else in it", () => {
    expect(new ModelNotFoundError('m').toBody()).toStrictEqual({
      error: {
        message: "The model 'm' does not exist or no provider serves it.",
        type: 'invalid_request_error',
        param: 'model',
        code: 'model_not_found',
      },
    });
    expect(new InternalError(new Error('inside')).toBody()).toStrictEqual({
      error: {
        message: 'The proxy failed to process the request.',
        type: 'server_error',
        param: null,
        code: 'internal_error',
      },
    });
  });

  it('go by their own name, and keep their cause for the log', () => {
    const cause = new Error('inside');

    expect(new InternalError(cause)).toMatchObject({ name: 'InternalError', cause });
    expect(new UpstreamError(undefined, cause)).toMatchObject({ name: 'UpstreamError', cause });
    expect(new InternalError()).not.toHaveProperty('cause');
  });

  it.each([
    [new InvalidApiKeyError('No.'), { 'www-authenticate': 'Bearer' }],
    [new MethodNotAllowedError('PUT', '/x', ['GET', 'HEAD']), { allow: 'GET, HEAD' }],
    [new ShuttingDownError(), { 'retry-after': '1' }],
    [new InvalidJsonError(), {}],
  ])('carry the headers that belong to them: %s', (error, headers) => {
    expect(error.headers).toStrictEqual(headers);
  });

  it('name what they are about', () => {
    expect(new RequestTooLargeError(1024).message).toContain('1024 bytes');
    expect(new UnknownUrlError('GET', '/x').message).toContain('GET /x');
    expect(new MethodNotAllowedError('GET', '/x', ['POST']).message).toContain('Use POST.');
    expect(new MissingParameterError('model', 'the name').message).toBe(
      "You must provide the name in 'model'.",
    );
  });
});

describe('UpstreamTimeoutError', () => {
  it('says of each phase what did not happen in time', () => {
    const phases = ['connect', 'first_token', 'idle', 'total'] as const;
    const errors = phases.map((phase) => new UpstreamTimeoutError(phase));

    expect(errors.map(({ phase }) => phase)).toStrictEqual(phases);
    expect(new Set(errors.map(({ message }) => message)).size).toBe(4);
  });
});

describe('UpstreamRefusalError', () => {
  it("speaks with the provider's words", () => {
    const details = { message: 'No.', type: 'rate_limit_error', param: 'n', code: 'slow' };

    expect(new UpstreamRefusalError(429, details).toBody()).toStrictEqual({ error: details });
  });

  it.each([
    [400, 'invalid_request_error'],
    [499, 'invalid_request_error'],
    [500, 'server_error'],
  ])('fills in what the provider left out: %d is %s', (status, type) => {
    expect(new UpstreamRefusalError(status, { message: 'No.' }).toBody()).toStrictEqual({
      error: { message: 'No.', type, param: null, code: 'upstream_error' },
    });
  });
});
