import { describe, expect, it } from '@jest/globals';
import { UpstreamAuthError, UpstreamRefusalError } from '../../errors/index.js';
import { outcomeOfRefusal, refusalFrom } from './upstream-refusal.js';

const refusalOf = (error: unknown): ReturnType<typeof refusalFrom> =>
  refusalFrom(JSON.stringify(error));

describe('refusalFrom: the status', () => {
  it.each([
    ['a code that is a status', { code: 429 }, 429],
    ['a code that is a status as text', { code: '503' }, 503],
    ['a status', { code: 'oops', status: 418 }, 418],
    ['a code before a status', { code: 404, status: 500 }, 404],
    ['rate limits', { type: 'rate_limit_error' }, 429],
    ['too many requests', { code: 'too_many_requests' }, 429],
    ['a spent quota', { code: 'insufficient_quota', type: 'insufficient_quota' }, 429],
    ['an overload', { type: 'overloaded_error' }, 503],
    ['an outage', { code: 'service_unavailable' }, 503],
    ['a timeout', { type: 'timeout_error' }, 504],
    ['a bad request', { type: 'invalid_request_error' }, 400],
    ['too long a prompt', { code: 'context_length_exceeded' }, 400],
    ['something not found', { type: 'not_found_error' }, 404],
    ['a model not found', { code: 'model_not_found', type: 'invalid_request_error' }, 404],
    ['anything else', { type: 'server_error', code: null }, 502],
    ['nothing at all', {}, 502],
    ['a code that is no error', { code: 200 }, 502],
    ['a code that is no status', { code: 1000 }, 502],
    ['a code with a fraction', { code: 429.5 }, 502],
  ])('follows %s', (_name, error, status) => {
    const refusal = refusalOf(error);

    expect(refusal).toBeInstanceOf(UpstreamRefusalError);
    expect(refusal.status).toBe(status);
  });

  it.each([
    { code: 401 },
    { code: '403' },
    { status: 401 },
    { type: 'authentication_error' },
    { code: 'invalid_api_key', type: 'invalid_request_error' },
    { type: 'permission_error' },
  ])('%j refuses our key, which is our fault', (error) => {
    const refusal = refusalOf({ message: 'Incorrect API key provided: sk-1', ...error });

    expect(refusal).toBeInstanceOf(UpstreamAuthError);
    expect(JSON.stringify(refusal.toBody())).not.toContain('sk-1');
  });
});

describe('refusalFrom: the words', () => {
  it("are the provider's", () => {
    const refusal = refusalOf({
      message: 'Too long.',
      type: 'invalid_request_error',
      param: 'messages',
      code: 'context_length_exceeded',
    });

    expect(refusal.toBody()).toStrictEqual({
      error: {
        message: 'Too long.',
        type: 'invalid_request_error',
        param: 'messages',
        code: 'context_length_exceeded',
      },
    });
  });

  it('never have a number for a code', () => {
    expect(refusalOf({ message: 'Slow down.', code: 429 }).toBody().error.code).toBe('429');
  });

  it('are ours where the provider has none', () => {
    expect(refusalOf({ message: null, code: 400 }).toBody()).toStrictEqual({
      error: {
        message: 'The provider refused the request.',
        type: 'invalid_request_error',
        param: null,
        code: '400',
      },
    });
  });

  it.each([
    ['"Out of memory"', 'Out of memory'],
    ['true', 'true'],
  ])('are %s itself when it is no object', (json, message) => {
    const refusal = refusalFrom(json);

    expect(refusal).toMatchObject({ message, status: 502, type: 'server_error' });
  });
});

describe('outcomeOfRefusal', () => {
  it.each([
    [{ code: 401 }, 'credentials_refused'],
    [{ code: 402 }, 'credentials_refused'],
    [{ code: 429 }, 'rate_limited'],
    [{ code: 400 }, 'rejected'],
    [{ code: 500 }, 'broken'],
    [{}, 'broken'],
  ])('of %j is %s', (error, outcome) => {
    expect(outcomeOfRefusal(refusalOf(error))).toBe(outcome);
  });
});
