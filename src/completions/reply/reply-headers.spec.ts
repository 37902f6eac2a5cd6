import { describe, expect, it } from '@jest/globals';
import { replyHeaders } from './reply-headers.js';

describe('replyHeaders', () => {
  it.each([
    'retry-after',
    'retry-after-ms',
    'x-should-retry',
    'request-id',
    'apim-request-id',
    'cf-ray',
    'x-ratelimit-remaining-tokens',
    'openai-processing-ms',
  ])('keeps %s', (name) => {
    expect(replyHeaders({ [name]: 'value' })).toStrictEqual({ [name]: 'value' });
  });

  it("gives the provider's request id another name: x-request-id is ours", () => {
    expect(replyHeaders({ 'x-request-id': 'theirs' })).toStrictEqual({
      'x-upstream-request-id': 'theirs',
    });
  });

  it.each([
    'content-type',
    'content-length',
    'content-encoding',
    'transfer-encoding',
    'connection',
    'set-cookie',
    'server',
    'access-control-allow-origin',
    'authorization',
    'x-powered-by',
    'ratelimit',
  ])('leaves %s behind', (name) => {
    expect(replyHeaders({ [name]: 'value' })).toStrictEqual({});
  });

  it('keeps all values of a header that came several times', () => {
    const values = { 'x-ratelimit-reset': ['1', '2'] };

    expect(replyHeaders(values as never)).toStrictEqual(values);
  });

  it('leaves out what has no value', () => {
    expect(replyHeaders({ 'retry-after': undefined })).toStrictEqual({});
  });
});
