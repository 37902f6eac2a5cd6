import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type AttemptOutcome, OUTCOMES } from './attempt-outcome.js';
import { outcomeOf } from './classify.js';
import type { Refusal } from './refusal.js';

const TOO_LONG = 'prompt is too long: 201130 tokens > 200000 maximum';

describe('outcomeOf: the status', () => {
  it.each<[number, AttemptOutcome]>([
    [200, 'success'],
    [204, 'success'],
    [299, 'success'],
    [300, 'broken'],
    [307, 'broken'],
    [400, 'rejected'],
    [401, 'credentials_refused'],
    [402, 'credentials_refused'],
    [403, 'forbidden'],
    [404, 'rejected'],
    [408, 'broken'],
    [409, 'broken'],
    [413, 'rejected'],
    [422, 'rejected'],
    [429, 'rate_limited'],
    [499, 'rejected'],
    [500, 'broken'],
    [503, 'broken'],
    [529, 'broken'],
    [599, 'broken'],
    [999, 'broken'],
  ])('%d alone is %s', (status, outcome) => {
    expect(outcomeOf({ status })).toBe(outcome);
  });

  it.each<[number, AttemptOutcome]>([
    [200, 'success'],
    [401, 'credentials_refused'],
    [403, 'forbidden'],
    [404, 'rejected'],
    [429, 'rate_limited'],
    [500, 'broken'],
    [503, 'broken'],
  ])('%d does not speak of a context', (status, outcome) => {
    expect(outcomeOf({ status, message: TOO_LONG })).toBe(outcome);
    expect(outcomeOf({ status, code: 'context_length_exceeded' })).toBe(outcome);
  });

  it.each([400, 413, 422])('%d does', (status) => {
    expect(outcomeOf({ status, message: TOO_LONG })).toBe('context_exceeded');
    expect(outcomeOf({ status, code: 'context_length_exceeded' })).toBe('context_exceeded');
  });

  it('429 does not speak of content, nor 500', () => {
    expect(outcomeOf({ status: 429, code: 'content_filter' })).toBe('rate_limited');
    expect(outcomeOf({ status: 500, code: 'content_filter' })).toBe('broken');
  });
});

describe('outcomeOf: the words', () => {
  it.each<[string, Refusal]>([
    ['mentions a context', { status: 400, message: 'The context parameter is not supported.' }],
    [
      'is about the length of the answer',
      {
        status: 400,
        message: 'max_tokens is too large: 128000. This model supports at most 16384',
      },
    ],
    [
      'is about the length of another field',
      { status: 400, code: 'string_above_max_length', param: 'user', message: TOO_LONG },
    ],
    [
      'quotes the prompt',
      { status: 400, message: `Invalid value: '${TOO_LONG}'. Expected an object instead.` },
    ],
    [
      'quotes the prompt in JSON',
      { status: 400, message: `[{"type":"string_type","input":"x: ${TOO_LONG}"}]` },
    ],
    [
      'repeats the prompt at length',
      { status: 400, message: `Bad${' word'.repeat(99)}: ${TOO_LONG}` },
    ],
    ['speaks of it in passing', { status: 400, message: `I do not think that the ${TOO_LONG}` }],
  ])('leave a 400 that %s rejected', (_name, refusal) => {
    expect(outcomeOf(refusal)).toBe('rejected');
  });

  it.each<[string, Refusal]>([
    ['code', { status: 400, code: 'unsupported_parameter', message: TOO_LONG }],
    ['type', { status: 400, type: 'image_error', code: '400', message: TOO_LONG }],
  ])('have a %s that wins over the message', (_name, refusal) => {
    expect(outcomeOf(refusal)).toBe('rejected');
  });

  it.each([
    'invalid_request_error',
    'BadRequestError',
    'bad_request',
    'invalid_request',
    'invalid_request_prompt',
    'invalid_parameter_error',
    'InvalidParameter',
    'INVALID_ARGUMENT',
    'invalid_prompt',
    'ValidationException',
    'api_error',
    'unknown_error',
    'None',
    '',
    '1261',
    'Client specified an invalid argument',
  ])('say nothing with %j, so that the message decides', (word) => {
    expect(outcomeOf({ status: 400, code: word, message: TOO_LONG })).toBe('context_exceeded');
    expect(outcomeOf({ status: 400, type: word, message: TOO_LONG })).toBe('context_exceeded');
  });

  it('that refuse content are not overruled by others', () => {
    const refusal = { status: 400, code: 'context_length_exceeded', type: 'content_filter' };

    expect(outcomeOf(refusal)).toBe('content_refused');
  });

  it("of Gemini's rate limits sound like money, and are not", () => {
    const message = 'You exceeded your current quota, please check your plan and billing details.';

    expect(outcomeOf({ status: 429, message })).toBe('rate_limited');
  });

  it("of xAI's refused content are told from its refused keys", () => {
    const code = 'The caller does not have permission to execute the specified operation';

    expect(outcomeOf({ status: 403, code, message: 'Content violates usage guidelines.' })).toBe(
      'content_refused',
    );
    expect(outcomeOf({ status: 403, code, message: 'Your key is blocked.' })).toBe('forbidden');
    expect(outcomeOf({ status: 403, code: 'invalid_api_key' })).toBe('credentials_refused');
  });

  it('may be anything', () => {
    const words = fc.record(
      { code: fc.string(), type: fc.string(), message: fc.string(), param: fc.string() },
      { requiredKeys: [] },
    );

    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1000 }), words, (status, said) => {
        expect(Object.keys(OUTCOMES)).toContain(outcomeOf({ status, ...said }));
      }),
    );
  });
});
