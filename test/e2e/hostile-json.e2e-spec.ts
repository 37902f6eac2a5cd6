import { afterEach, describe, expect, it } from '@jest/globals';
import {
  type ClientResponse,
  FakeUpstream,
  type RunningProxy,
  chatAnswer,
  chatBody,
  closeAll,
  json,
  providerAt,
  send,
  startProxy,
} from '../support/index.js';
import { expectError } from '../support/error-format.js';

async function start(): Promise<{ proxy: RunningProxy; upstream: FakeUpstream }> {
  const upstream = (await FakeUpstream.start()).answer(json(200, chatAnswer()));
  const proxy = await startProxy({ config: { providers: [providerAt(upstream)] } });
  return { proxy, upstream };
}

const LEVELS = 100_000;
const KEYS = 100_000;

function nested(open: string, close: string): string {
  return `{"model":"client-model","deep":${open.repeat(LEVELS)}1${close.repeat(LEVELS)}}`;
}

function manyKeys(): string {
  const keys = Array.from({ length: KEYS }, (_, index) => `"key${index}":${index}`);
  return `{${keys.join(',')},"model":"client-model"}`;
}

/** Documents that are JSON, however odd: they travel on as they are. */
const ODD_DOCUMENTS: readonly (readonly [name: string, document: string])[] = [
  ['100,000 nested arrays', nested('[', ']')],
  ['100,000 nested objects', nested('{"a":', '}')],
  ['100,000 keys', manyKeys()],
  ['100,000 times the same key', `{"model":"client-model"${',"a":1'.repeat(KEYS)}}`],
  ['a prototype', '{"__proto__":{"model":"x","stream":true},"model":"client-model"}'],
  ['a constructor', '{"constructor":{"prototype":{"stream":true}},"model":"client-model"}'],
  ['a method of all objects', '{"toString":1,"hasOwnProperty":null,"model":"client-model"}'],
  ['a key of 1 MB', `{"${'k'.repeat(1024 * 1024)}":1,"model":"client-model"}`],
  ['a number of 100,000 digits', `{"n":${'9'.repeat(100_000)},"model":"client-model"}`],
  ['lone surrogates', '{"text":"\\ud800 \\udc00","model":"client-model"}'],
];

const NO_JSON: readonly (readonly [name: string, document: string | Buffer])[] = [
  ['100,000 arrays that never end', '['.repeat(LEVELS)],
  ['100,000 objects that never end', '{"a":'.repeat(LEVELS)],
  ['100,000 ends', `{"model":"client-model"${']'.repeat(LEVELS)}`],
  ['invalid UTF-8 in a value', Buffer.from('7b226d6f64656c223a22ff227d', 'hex')],
  ['invalid UTF-8 in a key', Buffer.from('7b22ff223a312c226d6f64656c223a2261227d', 'hex')],
  ['UTF-8 in more bytes than it needs', Buffer.from('7b226d6f64656c223a22c0af227d', 'hex')],
  ['a surrogate written in UTF-8', Buffer.from('7b226d6f64656c223a22eda080227d', 'hex')],
  ['UTF-16', Buffer.from('{"model":"client-model"}', 'utf16le')],
  ['a byte order mark', '\ufeff{"model":"client-model"}'],
  ['a document and more', '{"model":"client-model"}{}'],
  ['a comma too many', '{"model":"client-model",}'],
  ['single quotes', "{'model':'client-model'}"],
  ['a comment', '{"model":"client-model"/* */}'],
  ['NaN', '{"model":"client-model","n":NaN}'],
  ['a control character', '{"model":"client-model","n":"\u0000"}'],
  ['white space', ' \n '],
];

async function expectStillServing(proxy: RunningProxy): Promise<void> {
  const after: ClientResponse = await send(proxy, { body: chatBody() });
  expect(after.status).toBe(200);
}

describe('a hostile body', () => {
  afterEach(closeAll);

  it.each(ODD_DOCUMENTS)('that is JSON travels on as it is: %s', async (_name, document) => {
    const { proxy, upstream } = await start();

    const response = await send(proxy, { body: document });

    expect(response.status).toBe(200);
    expect(upstream.lastRequest.body.equals(Buffer.from(document))).toBe(true);
    await expectStillServing(proxy);
  });

  it.each(NO_JSON)('that is no JSON is refused: %s', async (_name, document) => {
    const { proxy, upstream } = await start();

    const response = await send(proxy, { body: document });

    expectError(response, { status: 400, code: 'invalid_json' });
    expect(upstream.connections).toBe(0);
    await expectStillServing(proxy);
  });

  it.each([
    ['longer than any name', 'x'.repeat(10_000)],
    ['that all objects know', '__proto__'],
    ['that all objects inherit', 'constructor'],
    ['with control characters', 'a\u0000b\r\nx: y'],
  ])('cannot ask for a model %s', async (_name, model) => {
    const { proxy, upstream } = await start();

    const response = await send(proxy, { body: { model } });

    expect([400, 404]).toContain(response.status);
    expect(response.json()).toMatchObject({ error: { param: 'model' } });
    expect(upstream.connections).toBe(0);
  });

  it.each(ODD_DOCUMENTS)('does not hurt the demo model either: %s', async (_name, document) => {
    const demo = { name: 'demo', type: 'demo', tokens_per_second: 0, latency: 0 };
    const proxy = await startProxy({ config: { providers: [demo] } });

    const response = await send(proxy, { body: document });

    expect(response.status).toBe(400);
    expect(response.json()).toMatchObject({ error: { param: 'messages' } });
  });

  it('that repeats its model without end is refused', async () => {
    const { proxy, upstream } = await start();
    const document = `{${'"model":"client-model",'.repeat(KEYS)}"messages":[]}`;

    const response = await send(proxy, { body: document });

    expectError(response, { status: 400, code: 'invalid_json' });
    expect(upstream.connections).toBe(0);
  });

  it('does not change what objects inherit', async () => {
    const { proxy } = await start();

    await send(proxy, { body: '{"__proto__":{"polluted":1},"model":"client-model"}' });

    expect(Reflect.has({}, 'polluted')).toBe(false);
  });
});
