import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { outcomeOf } from './classify.js';
import { hiddenRefusalFrom, refusalFrom } from './read-refusal.js';
import type { Refusal } from './refusal.js';

const read = (body: unknown, status = 400): Refusal =>
  refusalFrom(status, Buffer.from(JSON.stringify(body)));

describe('refusalFrom', () => {
  it.each<[string, unknown, Partial<Refusal>]>([
    [
      'OpenAI',
      { error: { message: 'm', type: 't', param: 'p', code: 'c' } },
      { message: 'm', type: 't', param: 'p', code: 'c' },
    ],
    [
      'OpenAI, with nulls',
      { error: { message: 'm', type: 't', param: null, code: null } },
      { message: 'm', type: 't' },
    ],
    [
      'Anthropic',
      { type: 'error', error: { type: 't', message: 'm' } },
      { message: 'm', type: 't' },
    ],
    [
      'Gemini',
      [{ error: { code: 400, message: 'm', status: 'INVALID_ARGUMENT' } }],
      { code: '400', message: 'm' },
    ],
    [
      'vLLM and Mistral',
      { object: 'error', message: 'm', type: 'BadRequestError', param: null, code: 400 },
      { message: 'm', type: 'BadRequestError', code: '400' },
    ],
    [
      'xAI',
      { code: 'Client specified …', error: 'm' },
      { code: 'Client specified …', message: 'm' },
    ],
    ['Ollama', { error: 'm' }, { message: 'm' }],
    ['FastAPI', { detail: 'm' }, { message: 'm' }],
    [
      'FastAPI, with an object',
      { detail: { message: 'm', code: 'c' } },
      { message: 'm', code: 'c' },
    ],
    [
      'Azure OpenAI',
      { error: { message: 'm', type: null, innererror: { code: 'ResponsibleAIPolicyViolation' } } },
      { message: 'm', code: 'ResponsibleAIPolicyViolation' },
    ],
    [
      'OpenRouter',
      { error: { message: 'm', code: 400, metadata: { error_type: 'context_length_exceeded' } } },
      { message: 'm', code: '400', type: 'context_length_exceeded' },
    ],
    [
      'OpenRouter, for another',
      {
        error: {
          message: 'Provider returned error',
          code: 400,
          metadata: { raw: '{"error":{"message":"m","type":"t","code":"c","param":"p"}}' },
        },
      },
      { message: 'm', type: 't', code: 'c', param: 'p' },
    ],
    [
      'OpenRouter, for another that sent no JSON',
      { error: { message: 'Provider returned error', code: 400, metadata: { raw: 'oops' } } },
      { message: 'Provider returned error', code: '400' },
    ],
    ['a list of mistakes', { detail: [{ loc: ['body'], msg: 'm', input: 'prompt' }] }, {}],
    ['an object without a word', {}, {}],
    ['an empty list', [], {}],
    ['null', null, {}],
  ])('reads the words of %s', (_name, body, words) => {
    const known = Object.entries(read(body)).filter(([, word]) => word !== undefined);

    expect(Object.fromEntries(known)).toStrictEqual({ status: 400, ...words });
  });

  it.each(['', '<html>413</html>', '{"error":', '{"error":{"message":"m"}'])(
    'leaves the status alone where the body is %j',
    (body) => {
      expect(refusalFrom(413, Buffer.from(body))).toStrictEqual({ status: 413 });
    },
  );

  it('tells what is refused for its content from what is refused for the key', () => {
    const flagged = {
      error: {
        code: 403,
        message: 'openai/gpt-4o requires moderation on OpenAI. Your input was flagged for "x".',
        metadata: { reasons: ['x'], flagged_input: 'x', provider_name: 'OpenAI' },
      },
    };

    expect(outcomeOf(read(flagged, 403))).toBe('content_refused');
    expect(outcomeOf(read({ error: { code: 403, message: 'No.' } }, 403))).toBe('forbidden');
  });

  it('never throws, whatever the body', () => {
    const body = fc.oneof(
      fc.uint8Array(),
      fc.json().map((json) => Buffer.from(json)),
      fc
        .record({ error: fc.jsonValue(), detail: fc.jsonValue(), code: fc.jsonValue() })
        .map((value) => Buffer.from(JSON.stringify(value))),
    );

    fc.assert(
      fc.property(fc.integer(), body, (status, bytes) => {
        expect(refusalFrom(status, bytes).status).toBe(status);
      }),
    );
  });

  it('does not parse megabytes: what they become in memory is many times as large', () => {
    const long = '[],'.repeat(400_000);
    const error = `{"message":"m","x":[${long}1]}`;

    expect(refusalFrom(400, Buffer.from(`{"error":${error}}`))).toStrictEqual({ status: 400 });
    expect(hiddenRefusalFrom(error).message).toBeUndefined();
  });

  it('does not stumble over a body that is nested without end', () => {
    const body = Buffer.from('['.repeat(1_000_000));

    expect(refusalFrom(400, body)).toStrictEqual({ status: 400 });
  });
});

describe('hiddenRefusalFrom', () => {
  it.each([
    ['a code that is a status', { code: 429 }, 429],
    ['a code that is a status as text', { code: '503' }, 503],
    ['a status', { code: 'oops', status: 418 }, 418],
    ['a code before a status', { code: 404, status: 500 }, 404],
    ['a status before words', { code: 'rate_limit_exceeded', status: 400 }, 400],
    ['rate limits', { type: 'rate_limit_error' }, 429],
    ['too many requests', { code: 'too_many_requests' }, 429],
    ['a spent quota', { code: 'insufficient_quota', type: 'insufficient_quota' }, 429],
    ['an overload', { type: 'overloaded_error' }, 503],
    ['an outage', { code: 'service_unavailable' }, 503],
    ['a timeout', { type: 'timeout_error' }, 504],
    ['a bad request', { type: 'invalid_request_error' }, 400],
    ["vLLM's bad request", { type: 'BadRequestError' }, 400],
    ['too long a prompt', { code: 'context_length_exceeded' }, 400],
    ['too long a prompt, in a sentence', { message: 'prompt is too long: 2 tokens > 1' }, 400],
    ['forbidden content', { code: 'data_inspection_failed' }, 400],
    ['something not found', { type: 'not_found_error' }, 404],
    ['a model not found', { code: 'model_not_found', type: 'invalid_request_error' }, 404],
    ['a refused key', { code: 'invalid_api_key', type: 'invalid_request_error' }, 401],
    ['a refused right', { type: 'permission_error' }, 401],
    ['anything else', { type: 'server_error', code: null }, 502],
    ['nothing at all', {}, 502],
    ['a code that is no error', { code: 200 }, 502],
    ['a code that is no status', { code: 1000 }, 502],
    ['a code with a fraction', { code: 429.5 }, 502],
  ])('follows %s to the status', (_name, error, status) => {
    expect(hiddenRefusalFrom(JSON.stringify(error)).status).toBe(status);
  });

  it.each([
    ['"Out of memory"', 'Out of memory'],
    ['true', 'true'],
  ])('takes %s itself for the message when it is no object', (json, message) => {
    expect(hiddenRefusalFrom(json)).toStrictEqual({ status: 502, message });
  });

  it.each([
    [{ code: 402 }, 'credentials_refused'],
    [{ code: 429 }, 'rate_limited'],
    [{ code: 429, message: 'Insufficient balance' }, 'credentials_refused'],
    [{ code: 'insufficient_quota' }, 'credentials_refused'],
    [{ code: 400 }, 'rejected'],
    [{ code: 400, message: 'prompt is too long: 2 tokens > 1' }, 'context_exceeded'],
    [{ code: 'context_length_exceeded' }, 'context_exceeded'],
    [{ code: 'content_filter' }, 'content_refused'],
    [{ code: 500 }, 'broken'],
    [{}, 'broken'],
  ])('makes of %j what a real refusal would be: %s', (error, outcome) => {
    expect(outcomeOf(hiddenRefusalFrom(JSON.stringify(error)))).toBe(outcome);
  });
});
