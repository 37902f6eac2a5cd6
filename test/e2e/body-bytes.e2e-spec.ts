import { afterEach, describe, expect, it, jest } from '@jest/globals';
import {
  FakeUpstream,
  type RunningProxy,
  UPSTREAM_MODEL,
  chatAnswer,
  closeAll,
  json,
  providerAt,
  send,
  startProxy,
} from '../support/index.js';

/** A proxy whose provider answers `answer` and knows `client-model` as `upstream-model`. */
async function startMapped(
  answer: string | object = chatAnswer('Hi', UPSTREAM_MODEL),
): Promise<{ proxy: RunningProxy; upstream: FakeUpstream }> {
  const upstream = (await FakeUpstream.start()).answer(json(200, answer));
  const proxy = await startProxy({
    config: {
      providers: [providerAt(upstream, { model_mapping: { 'client-model': UPSTREAM_MODEL } })],
    },
  });
  return { proxy, upstream };
}

/** Documents in which everything but the top-level model must keep its bytes; MODEL marks that. */
const DOCUMENTS: readonly (readonly [name: string, document: string])[] = [
  ['integers past 2^53', '{"model":MODEL,"seed":12345678901234567890,"big":-98765432109876543210}'],
  ['numbers that JavaScript would rewrite', '{"model":MODEL,"t":1.0,"e":1E+2,"z":-0,"p":0.10}'],
  ['key order', '{"z":1,"10":2,"model":MODEL,"2":3,"a":4}'],
  ['duplicate fields', '{"user":"a","model":MODEL,"user":"b"}'],
  ['unknown fields', '{"model":MODEL,"x_vendor":{"deep":[{"er":null}]},"__proto__":{"a":1}}'],
  ['escapes', '{"model":MODEL,"text":"\\u00e9\\ud83d\\ude00\\/ \\b\\f \\u0000 é😀"}'],
  ['white space', ' \t\r\n{ "messages" :\n[ ] ,\r\n\t"model" : MODEL }\n\n'],
  ['a model in a nested object', '{"metadata":{"model":"client-model"},"model":MODEL}'],
  ['a model inside a string', '{"content":"{\\"model\\":\\"client-model\\"}","model":MODEL}'],
  ['a model in an array', '{"tools":[{"model":"client-model"},"model"],"model":MODEL}'],
];

function withModel(document: string, model: string): string {
  return document.replace('MODEL', JSON.stringify(model));
}

jest.setTimeout(20_000);

describe('the bytes of a body', () => {
  afterEach(closeAll);

  it.each(DOCUMENTS)('reach the provider unchanged but for the model: %s', async (_name, text) => {
    const { proxy, upstream } = await startMapped();

    const response = await send(proxy, { body: withModel(text, 'client-model') });

    expect(response.status).toBe(200);
    expect(upstream.lastRequest.body.toString()).toBe(withModel(text, UPSTREAM_MODEL));
  });

  it.each(DOCUMENTS)('reach the client unchanged but for the model: %s', async (_name, text) => {
    const { proxy } = await startMapped(withModel(text, UPSTREAM_MODEL));

    const response = await send(proxy, { body: { model: 'client-model' } });

    expect(response.status).toBe(200);
    expect(response.text).toBe(withModel(text, 'client-model'));
  });

  it('are found by an escaped key and an escaped value of the model', async () => {
    const { proxy, upstream } = await startMapped();

    await send(proxy, { body: '{"mod\\u0065l":"client\\u002dmodel","a":1.0}' });

    expect(upstream.lastRequest.body.toString()).toBe('{"mod\\u0065l":"upstream-model","a":1.0}');
  });

  it('name the same model everywhere when a request names it twice', async () => {
    const { proxy, upstream } = await startMapped();

    await send(proxy, { body: '{"model":"other","a":1.0,"model":"client-model"}' });

    expect(upstream.lastRequest.body.toString()).toBe(
      '{"model":"upstream-model","a":1.0,"model":"upstream-model"}',
    );
  });

  it('stay as they are when the provider has no mapping', async () => {
    const answer = '{ "model":"dated-name-2024","n":1.0 }';
    const upstream = (await FakeUpstream.start()).answer(json(200, answer));
    const proxy = await startProxy({
      config: { providers: [providerAt(upstream, { model_mapping: {} })] },
    });
    const body = '{"n":12345678901234567890, "model":"\\u0061ny"}';

    const response = await send(proxy, { body });

    expect(upstream.lastRequest.body.toString()).toBe(body);
    expect(response.text).toBe(answer);
  });

  it('arrive whole when a request has 5 MB', async () => {
    const { proxy, upstream } = await startMapped();
    const image = Buffer.alloc(5 * 1024 * 1024, 'aGVsbG8+/é').toString();
    const body = (model: string): string =>
      `{"messages":[{"content":"${image}"}],"model":"${model}","seed":1.0}`;

    const response = await send(proxy, { body: body('client-model') });

    expect(response.status).toBe(200);
    expect(upstream.lastRequest.body.equals(Buffer.from(body(UPSTREAM_MODEL)))).toBe(true);
  });

  it('arrive whole when an answer has 5 MB', async () => {
    const text = Buffer.alloc(5 * 1024 * 1024, 'aGVsbG8+/é').toString();
    const answer = (model: string): string => `{"data":"${text}","model":"${model}"}`;
    const { proxy } = await startMapped(answer(UPSTREAM_MODEL));

    const response = await send(proxy, { body: { model: 'client-model' } });

    expect(response.body.equals(Buffer.from(answer('client-model')))).toBe(true);
    expect(response.headers['content-length']).toBe(String(response.body.length));
  });
});
