import { afterEach, describe, expect, it } from '@jest/globals';
import {
  type ClientResponse,
  type Exchange,
  FakeClock,
  FakeUpstream,
  PROVIDER_KEY,
  type RunningProxy,
  type Script,
  closeAll,
  closing,
  json,
  providerAt,
  send,
  silent,
  startProxy,
  turns,
  waitFor,
} from '../support/index.js';
import { expectError } from '../support/error-format.js';

/** A provider that serves any model, and is asked for its list of them. */
const UNMAPPED = { model_mapping: {} };
const MINUTE = 60_000;

function listOf(...ids: readonly string[]): object {
  return { object: 'list', data: ids.map((id) => ({ id, object: 'model', owned_by: 'them' })) };
}

function modelObject(id: string): object {
  return {
    id,
    object: 'model',
    created: 1_677_610_602,
    owned_by: 'system',
    permission: [],
    root: id,
    parent: null,
  };
}

function get(proxy: RunningProxy, path: string): Promise<ClientResponse> {
  return send(proxy, { method: 'GET', path });
}

async function namesAt(proxy: RunningProxy): Promise<readonly string[]> {
  const { data } = (await get(proxy, '/v1/models')).json() as { data: { id: string }[] };
  return data.map(({ id }) => id);
}

async function startWith(
  ...mappings: readonly Readonly<Record<string, string>>[]
): Promise<RunningProxy> {
  const upstream = await FakeUpstream.start();
  const providers = mappings.map((mapping, index) =>
    providerAt(upstream, { name: `provider-${index}`, model_mapping: mapping }),
  );
  return startProxy({ config: { providers } });
}

/** @returns a provider that answers so when it is asked for its models, and when it was */
async function startListing(
  script: Script,
): Promise<{ readonly upstream: FakeUpstream; readonly asked: readonly Exchange[] }> {
  const asked: Exchange[] = [];
  const upstream = await FakeUpstream.start();
  upstream.models = (exchange) => {
    asked.push(exchange);
    return script(exchange);
  };
  return { upstream, asked };
}

/** Asks until the proxy lists `id`: nobody announces what happens in the background. */
async function untilListed(proxy: RunningProxy, id: string): Promise<void> {
  let names = await namesAt(proxy);
  while (!names.includes(id)) {
    names = await namesAt(proxy);
  }
}

describe('the list of models', () => {
  afterEach(closeAll);

  it.each(['/v1/models', '/models'])('is that of the mappings, to the byte: %s', async (path) => {
    const proxy = await startWith({ a: 'x' });

    const response = await get(proxy, path);

    expect(response.status).toBe(200);
    expect(response.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(response.text).toBe(
      '{"object":"list","data":[{"id":"a","object":"model","created":1677610602,' +
        '"owned_by":"system","permission":[],"root":"a","parent":null}]}',
    );
  });

  it('is sorted, without doubles', async () => {
    const proxy = await startWith({ zeta: 'x', beta: 'x' }, { beta: 'y', alpha: 'y', Omega: 'y' });

    expect(await namesAt(proxy)).toStrictEqual(['Omega', 'alpha', 'beta', 'zeta']);
  });

  it('holds no wildcards', async () => {
    const proxy = await startWith({ 'gpt-*': 'gpt-*', '*': '*', named: 'x' });

    expect(await namesAt(proxy)).toStrictEqual(['named']);
  });

  it('gets what a provider without a mapping lists, with our key, in the background', async () => {
    const { upstream, asked } = await startListing(silent);
    const own = providerAt(upstream, { name: 'own', model_mapping: { own: 'x', b: 'x' } });
    const proxy = await startProxy({
      config: { providers: [own, providerAt(upstream, UNMAPPED)] },
    });
    await waitFor(() => asked.length === 1, 'the provider is asked');
    const before = await namesAt(proxy);

    for (const exchange of asked) {
      await json(200, listOf('vendor/c', 'b', 'a'))(exchange);
    }
    await untilListed(proxy, 'a');

    expect(before).toStrictEqual(['b', 'own']);
    expect(await namesAt(proxy)).toStrictEqual(['a', 'b', 'own', 'vendor/c']);
    expect(asked.map(({ request }) => request)).toMatchObject([
      {
        method: 'GET',
        path: '/v1/models',
        headers: { authorization: `Bearer ${PROVIDER_KEY}` },
      },
    ]);
  });

  it('is asked for once at a time, and again when five minutes have passed', async () => {
    const clock = new FakeClock();
    const { upstream, asked } = await startListing(json(200, listOf('a')));
    const config = { providers: [providerAt(upstream, UNMAPPED)] };
    const proxy = await startProxy({ clock, config });
    await untilListed(proxy, 'a');

    clock.advance(5 * MINUTE - 1);
    await namesAt(proxy);
    const early = asked.length;
    upstream.models = json(200, listOf('b'));
    clock.advance(1);
    await untilListed(proxy, 'b');

    expect(early).toBe(1);
    expect(await namesAt(proxy)).toStrictEqual(['b']);
  });

  it.each<[string, Script]>([
    ['refuses', json(404, { error: { message: 'No such page' } })],
    ['hangs up', closing],
    ['never answers', silent],
    ['answers with a page', json(200, '<html>')],
    ['answers with another document', json(200, { models: ['a'] })],
    ['answers with oddities', json(200, { data: [null, 7, { id: 8 }, { name: 'x' }] })],
  ])('does without a provider that %s', async (_name, script) => {
    const { upstream, asked } = await startListing(script);
    const own = providerAt(upstream, { name: 'own', model_mapping: { own: 'x' } });
    const proxy = await startProxy({
      config: { providers: [own, providerAt(upstream, UNMAPPED)] },
    });
    await waitFor(() => asked.length === 1, 'the provider is asked');

    expect(await namesAt(proxy)).toStrictEqual(['own']);
    expect((await get(proxy, '/health/ready')).status).toBe(200);
  });

  it('keeps what a provider said before it failed', async () => {
    const clock = new FakeClock();
    const { upstream, asked } = await startListing(json(200, listOf('a')));
    const config = { providers: [providerAt(upstream, UNMAPPED)] };
    const proxy = await startProxy({ clock, config });
    await untilListed(proxy, 'a');
    const failing: Exchange[] = [];
    upstream.models = (exchange) => {
      failing.push(exchange);
      return json(500, {})(exchange);
    };

    clock.advance(5 * MINUTE);
    await namesAt(proxy);
    await waitFor(() => failing.length === 1, 'the provider is asked again');
    await turns(20);

    expect(asked).toHaveLength(1);
    expect(await namesAt(proxy)).toStrictEqual(['a']);
  });
});

describe('one model', () => {
  afterEach(closeAll);

  it.each([
    ['/v1/models/gpt-4o', 'gpt-4o'],
    ['/models/gpt-4o', 'gpt-4o'],
    ['/v1/models/gpt-4o/', 'gpt-4o'],
    ['/v1/models/meta-llama/Llama-3', 'meta-llama/Llama-3'],
    ['/v1/models/meta-llama%2FLlama-3', 'meta-llama/Llama-3'],
    ['/v1/models/%C3%A9t%C3%A9:v1', 'été:v1'],
    ['/v1/models/claude-5', 'claude-5'],
  ])('is found at %s', async (path, id) => {
    const proxy = await startWith({
      'gpt-4o': 'x',
      'meta-llama/Llama-3': 'x',
      'été:v1': 'x',
      'claude-*': 'x',
    });

    const response = await get(proxy, path);

    expect(response.status).toBe(200);
    expect(response.json()).toStrictEqual(modelObject(id));
  });

  it.each(['unknown', 'GPT-4O', 'gpt-4', 'gpt-4o/more', '__proto__', '*', 'claude-*x'])(
    'that nobody serves is a 404: %s',
    async (id) => {
      const proxy = await startWith({ 'gpt-4o': 'x' });

      const response = await get(proxy, `/v1/models/${id}`);

      expectError(response, { status: 404, code: 'model_not_found', param: 'model' });
      expect(response.text).toContain(id);
    },
  );
});
