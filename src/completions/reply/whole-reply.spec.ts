import { describe, expect, it } from '@jest/globals';
import type { IncomingHttpHeaders } from 'node:http';
import type { ProxyError } from '../../errors/index.js';
import type { TokenUsage, WholeReply } from '../../http/index.js';
import { toWholeReply } from './whole-reply.js';

const SECRET = 'sk-abc/1234567890';
const MODEL = Buffer.from('"client-model"');

interface Answered {
  readonly reply: WholeReply;
  readonly usage: TokenUsage | undefined;
  readonly text: string;
}

/** Maps an answer that must become a reply. */
function reply(
  status: number,
  body: string | Uint8Array,
  { headers = {}, model }: { headers?: IncomingHttpHeaders; model?: Uint8Array } = {},
): Answered {
  const result = toWholeReply({ status, headers, body: Buffer.from(body) }, model, [SECRET]);
  if ('error' in result) {
    throw result.error;
  }
  return { ...result, text: Buffer.from(result.reply.body).toString() };
}

/** Maps an answer that must become an error. */
function failure(status: number, body: string | Uint8Array): ProxyError {
  const result = toWholeReply({ status, headers: {}, body: Buffer.from(body) }, undefined, [
    SECRET,
  ]);
  if (!('error' in result)) {
    throw new Error('the answer became a reply');
  }
  return result.error;
}

describe('toWholeReply: an answer', () => {
  it('keeps its status, its bytes and what headers say something', () => {
    const text = '{ "model":"real", "seed":12345678901234567890, "x":1.0 }';
    const answered = reply(201, text, {
      headers: {
        'x-request-id': 'theirs',
        'set-cookie': ['a=b'],
        'content-type': 'application/json',
      },
    });

    expect(answered.text).toBe(text);
    expect(answered.reply).toMatchObject({
      kind: 'whole',
      status: 201,
      headers: { 'content-type': 'application/json', 'x-upstream-request-id': 'theirs' },
    });
    expect(answered.reply.headers).not.toHaveProperty('set-cookie');
  });

  it.each(['{}', '{"object":"list"}', '{"error":null}', '{"choices":[]}'])(
    'may be any JSON object, whatever it holds: %s',
    (text) => {
      expect(reply(200, text).text).toBe(text);
    },
  );

  it('is not copied when the model keeps its name', () => {
    const body = Buffer.from('{"model":"real"}');

    const result = toWholeReply({ status: 200, headers: {}, body }, undefined, []);

    expect('reply' in result && result.reply.body).toBe(body);
  });

  it('gets the name the client knows, at the top level alone', () => {
    const text = '{"model":"real","x":{"model":"real"},"text":"\\"model\\":\\"real\\""}';

    expect(reply(200, text, { model: MODEL }).text).toBe(text.replace('"real"', '"client-model"'));
  });

  it('may have no model', () => {
    expect(reply(200, '{"data":[]}', { model: MODEL }).text).toBe('{"data":[]}');
  });

  it('tells its usage', () => {
    expect(reply(200, '{"usage":{"prompt_tokens":2,"total_tokens":2}}').usage).toStrictEqual({
      promptTokens: 2,
      completionTokens: undefined,
      totalTokens: 2,
    });
    expect(reply(200, '{}').usage).toBeUndefined();
  });

  it.each([
    ['nothing', ''],
    ['HTML', '<html></html>'],
    ['half a body', '{"choices":['],
    ['a list', '[]'],
    ['what is not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
  ])('that is %s is none', (_name, body) => {
    expect(failure(200, body)).toMatchObject({ status: 502, code: 'upstream_invalid_response' });
  });

  it('that holds an error is a refusal', () => {
    const error = { message: 'Slow down.', type: 'rate_limit_error', code: null, param: null };

    expect(failure(200, JSON.stringify({ error }))).toMatchObject({
      status: 429,
      message: 'Slow down.',
    });
  });

  it('that holds an error does not repeat our key in it', () => {
    const error = failure(200, JSON.stringify({ error: { message: `no luck with ${SECRET}` } }));

    expect(error.message).toBe('no luck with [redacted]');
  });
});

describe('toWholeReply: a refusal', () => {
  it.each([400, 402, 404, 408, 409, 422, 429, 500, 503, 529])(
    'keeps its status %d, its body and its headers',
    (status) => {
      const text = '{ "error": {"message":"no","code":1} }';

      const answered = reply(status, text, { headers: { 'retry-after': '7' }, model: MODEL });

      expect(answered.text).toBe(text);
      expect(answered.usage).toBeUndefined();
      expect(answered.reply).toMatchObject({
        status,
        headers: { 'retry-after': '7', 'content-type': 'application/json' },
      });
    },
  );

  it.each([401, 403])('of our key (%d) is our fault, and its words stay here', (status) => {
    const error = failure(status, '{"error":{"message":"Incorrect API key"}}');

    expect(error).toMatchObject({ status: 502, code: 'upstream_auth_error' });
    expect(error.message).not.toContain('Incorrect');
  });

  it('of our key that calls itself a bad request is our fault as well', () => {
    const error = failure(400, '[{"error":{"code":400,"message":"API key not valid."}}]');

    expect(error).toMatchObject({ status: 502, code: 'upstream_auth_error' });
  });

  it('of the content is no refusal of our key, and keeps its status and body', () => {
    const text = '{"error":{"message":"No.","code":"content_policy_violation"}}';
    const answered = reply(403, text);

    expect(answered.reply.status).toBe(403);
    expect(answered.text).toBe(text);
  });

  it.each([
    ['HTML', '<html>nginx</html>'],
    ['text', 'upstream connect error'],
    ['JSON that is no container', '"no"'],
    ['nothing', ''],
  ])('that is %s keeps its status and gets a body in our format', (_name, body) => {
    const answered = reply(503, body);

    expect(answered.reply.status).toBe(503);
    expect(JSON.parse(answered.text)).toStrictEqual({
      error: {
        message: 'The provider answered with status 503.',
        type: 'server_error',
        param: null,
        code: 'upstream_error',
      },
    });
  });

  it.each([
    ['as it is', `{"error":"bad key ${SECRET}, I said ${SECRET}"}`],
    [
      'as JSON may write it',
      `{"error":"bad key ${SECRET.replace('/', String.raw`\/`)}, I said x"}`,
    ],
  ])('does not repeat our key, %s', (_name, body) => {
    const { text } = reply(400, body);

    expect(text).not.toContain('1234567890');
    expect(text).toMatch(/^\{"error":"bad key \[redacted\], I said /);
  });

  it.each([301, 304, 600, 999])('with status %d is no answer at all', (status) => {
    expect(failure(status, '{}')).toMatchObject({ status: 502, code: 'upstream_invalid_response' });
  });
});
