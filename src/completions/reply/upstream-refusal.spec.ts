import { describe, expect, it } from '@jest/globals';
import { UpstreamAuthError, UpstreamRefusalError } from '../../errors/index.js';
import { refusesOurKey, upstreamErrorOf } from './upstream-refusal.js';

describe('refusesOurKey', () => {
  it.each([
    { status: 401 },
    { status: 403 },
    { status: 400, code: 'invalid_api_key' },
    { status: 400, message: 'Your credit balance is too low to access the Anthropic API.' },
  ])('is true of %j', (refusal) => {
    expect(refusesOurKey(refusal)).toBe(true);
  });

  it.each([
    { status: 400 },
    { status: 402 },
    { status: 429 },
    { status: 429, code: 'insufficient_quota' },
    { status: 403, code: 'content_policy_violation' },
    { status: 500 },
  ])('is false of %j', (refusal) => {
    expect(refusesOurKey(refusal)).toBe(false);
  });
});

describe('upstreamErrorOf', () => {
  it("has the provider's words", () => {
    const words = {
      message: 'Too long.',
      type: 'invalid_request_error',
      param: 'messages',
      code: 'context_length_exceeded',
    };

    const error = upstreamErrorOf({ status: 400, ...words }, []);

    expect(error).toBeInstanceOf(UpstreamRefusalError);
    expect(error.status).toBe(400);
    expect(error.toBody()).toStrictEqual({ error: words });
  });

  it('has words of ours where the provider has none', () => {
    expect(upstreamErrorOf({ status: 400, code: '400' }, []).toBody()).toStrictEqual({
      error: {
        message: 'The provider refused the request.',
        type: 'invalid_request_error',
        param: null,
        code: '400',
      },
    });
  });

  it('is our fault when our key is refused, and says nothing of it', () => {
    const error = upstreamErrorOf({ status: 401, message: 'Incorrect API key provided: sk-1' }, []);

    expect(error).toBeInstanceOf(UpstreamAuthError);
    expect(JSON.stringify(error.toBody())).not.toContain('sk-1');
  });

  it('repeats no secret', () => {
    const refusal = { status: 400, message: 'a sk-12345678', code: 'sk-12345678', type: 'b' };

    expect(upstreamErrorOf(refusal, ['sk-12345678']).toBody()).toMatchObject({
      error: { message: 'a [redacted]', code: '[redacted]', type: 'b' },
    });
  });
});
