import { afterEach, describe, expect, it } from '@jest/globals';
import {
  FakeClock,
  FakeUpstream,
  type RequestOptions,
  type RunningProxy,
  type Script,
  chatBody,
  closeAll,
  closing,
  json,
  providerAt,
  respond,
  send,
  silent,
  startProxy,
  startRequest,
} from '../support/index.js';
import { type ExpectedError, expectError } from '../support/error-format.js';

async function startWith(script: Script = silent, clock?: FakeClock): Promise<RunningProxy> {
  const upstream = (await FakeUpstream.start()).answer(script);
  return startProxy({
    config: { providers: [providerAt(upstream)] },
    ...(clock === undefined ? {} : { clock }),
  });
}

const OUR_REFUSALS: readonly (readonly [string, RequestOptions, ExpectedError])[] = [
  ['no JSON', { body: '{"model"' }, { status: 400, code: 'invalid_json' }],
  ['no object', { body: '[{"model":"client-model"}]' }, { status: 400, code: 'invalid_json' }],
  ['null', { body: 'null' }, { status: 400, code: 'invalid_json' }],
  ['an empty body', { body: '' }, { status: 400, code: 'invalid_json' }],
  ['no body at all', {}, { status: 400, code: 'invalid_json' }],
  [
    'no model',
    { body: { messages: [] } },
    { status: 400, code: 'missing_required_parameter', param: 'model' },
  ],
  [
    'a model that is no text',
    { body: { model: 7 } },
    { status: 400, code: 'missing_required_parameter', param: 'model' },
  ],
  [
    'a model without a name',
    { body: { model: '' } },
    { status: 400, code: 'missing_required_parameter', param: 'model' },
  ],
  [
    'an unknown model',
    { body: { model: 'unknown' } },
    { status: 404, code: 'model_not_found', param: 'model' },
  ],
  [
    'a form',
    { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'model=a' },
    { status: 415, code: 'unsupported_media_type' },
  ],
  [
    'text',
    { headers: { 'content-type': 'text/plain' }, body: chatBody() },
    { status: 415, code: 'unsupported_media_type' },
  ],
  [
    'a type that only begins like JSON',
    { headers: { 'content-type': 'application/jsonp' }, body: chatBody() },
    { status: 415, code: 'unsupported_media_type' },
  ],
  [
    'another charset',
    { headers: { 'content-type': 'application/json; charset=utf-16' }, body: chatBody() },
    { status: 415, code: 'unsupported_media_type' },
  ],
  [
    'a compressed body',
    { headers: { 'content-encoding': 'gzip' }, body: chatBody() },
    { status: 415, code: 'unsupported_media_type' },
  ],
];

describe('a request at fault', () => {
  afterEach(closeAll);

  it.each(OUR_REFUSALS)('is refused: %s', async (_name, request, expected) => {
    const proxy = await startWith();

    const response = await send(proxy, request);

    expectError(response, expected);
  });

  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'Application/JSON;charset="UTF-8"',
    'application/vnd.api+json',
  ])('is none with the content type %s', async (type) => {
    const proxy = await startWith(json(200, '{}'));

    const response = await send(proxy, { headers: { 'content-type': type }, body: chatBody() });

    expect(response.status).toBe(200);
  });
});

describe('a provider at fault', () => {
  afterEach(closeAll);

  it.each<[string, Script, ExpectedError]>([
    ['that hangs up', closing, { status: 502, code: 'upstream_error' }],
    [
      'that answers with a page',
      respond(200, '<html>', { 'content-type': 'text/html' }),
      { status: 502, code: 'upstream_invalid_response' },
    ],
    [
      'that refuses our key',
      json(401, { error: { message: 'No' } }),
      { status: 502, code: 'upstream_auth_error' },
    ],
  ])('%s gives a server error', async (_name, script, expected) => {
    const proxy = await startWith(script);

    const response = await send(proxy, { body: chatBody() });

    expectError(response, expected);
  });

  it('that never begins its stream gives a timeout', async () => {
    const clock = new FakeClock();
    const upstream = await FakeUpstream.start();
    const proxy = await startProxy({ clock, config: { providers: [providerAt(upstream)] } });
    const pending = startRequest(proxy, { body: chatBody() });
    await upstream.next();

    clock.advance(600_000);
    const response = await pending.response;
    await response.readAll();

    expectError(response, { status: 504, code: 'upstream_timeout' });
  });
});

describe('a route', () => {
  afterEach(closeAll);

  it.each([
    ['GET', '/v1'],
    ['POST', '/v1/responses'],
    ['POST', '/v2/chat/completions'],
    ['POST', '/v1/chat/completions/more'],
    ['POST', '/v1//chat/completions'],
    ['GET', '/v1/chat%2Fcompletions'],
    ['GET', '/health/unknown'],
    ['DELETE', '/v1/files/file-1'],
    ['PROPFIND', '/anything'],
  ])('that does not exist is a 404: %s %s', async (method, path) => {
    const proxy = await startWith();

    const response = await send(proxy, { method, path });

    expectError(response, { status: 404, code: 'unknown_url' });
    expect(response.text).toContain(`${method} ${path}`);
  });

  it.each([
    ['GET', '/v1/chat/completions', 'POST'],
    ['PUT', '/completions', 'POST'],
    ['GET', '/v1/embeddings/', 'POST'],
    ['POST', '/v1/models', 'GET, HEAD'],
    ['DELETE', '/v1/models/some/model', 'GET, HEAD'],
    ['POST', '/health', 'GET, HEAD'],
    ['PATCH', '/metrics', 'GET, HEAD'],
  ])('that knows another method is a 405: %s %s', async (method, path, allow) => {
    const proxy = await startWith();

    const response = await send(proxy, { method, path });

    expectError(response, { status: 405, code: 'method_not_allowed' });
    expect(response.headers.allow).toBe(allow);
  });

  it.each([
    ['POST', '/v1/chat/completions/'],
    ['POST', '/v1/chat/completions?api-version=1&x'],
    ['POST', '/V1/Chat/Completions'],
    ['GET', '/v1/models/'],
    ['GET', '/v1/models/client-model'],
    ['GET', '/health/'],
  ])('is found whatever follows it: %s %s', async (method, path) => {
    const proxy = await startWith(json(200, '{}'));

    const response = await send(proxy, {
      method,
      path,
      ...(method === 'POST' ? { body: chatBody() } : {}),
    });

    expect(response.status).toBe(200);
  });

  it('with a broken percent-encoding is a 400', async () => {
    const proxy = await startWith();

    const response = await send(proxy, { method: 'GET', path: '/v1/models/%E0%A4%A' });

    expectError(response, { status: 400, code: 'malformed_request' });
  });

  it('answers HEAD with the head of GET and no body', async () => {
    const proxy = await startWith();

    const get = await send(proxy, { method: 'GET', path: '/v1/models' });
    const head = await send(proxy, { method: 'HEAD', path: '/v1/models' });

    expect(head.status).toBe(200);
    expect(head.text).toBe('');
    expect(head.headers['content-length']).toBe(String(get.body.length));
  });

  it('that only takes POST refuses HEAD without a body', async () => {
    const proxy = await startWith();

    const response = await send(proxy, { method: 'HEAD' });

    expect(response.status).toBe(405);
    expect(response.headers.allow).toBe('POST');
    expect(response.text).toBe('');
  });

  it('refuses OPTIONS like any other method when CORS is off', async () => {
    const upstream = await FakeUpstream.start();
    const proxy = await startProxy({
      config: { providers: [providerAt(upstream)], server: { cors: false } },
    });

    const response = await send(proxy, { method: 'OPTIONS' });

    expectError(response, { status: 405, code: 'method_not_allowed' });
    expect(response.headers.allow).toBe('POST');
  });
});
