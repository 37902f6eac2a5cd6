import { afterEach, describe, expect, it } from '@jest/globals';
import {
  FakeUpstream,
  type Metrics,
  chatAnswer,
  chatBody,
  closeAll,
  finishEvent,
  json,
  providerAt,
  send,
  sse,
  startProxy,
  textEvent,
  usageEvent,
} from '../support/index.js';

/** The metrics of the Python and Rust programs before this one: their dashboards must go on working. */
const SEED = [
  {
    name: 'llm_proxy_requests_total',
    type: 'counter',
    labels: ['endpoint', 'method', 'model', 'provider', 'status_code'],
  },
  {
    name: 'llm_proxy_request_duration_seconds',
    type: 'histogram',
    labels: ['endpoint', 'method', 'model', 'provider'],
    buckets: ['0.1', '0.5', '1', '2', '5', '10', '30', '60', '120', '300', '600', '+Inf'],
  },
  { name: 'llm_proxy_active_requests', type: 'gauge', labels: ['endpoint'] },
  { name: 'llm_proxy_tokens_total', type: 'counter', labels: ['model', 'provider', 'token_type'] },
  { name: 'llm_proxy_provider_health', type: 'gauge', labels: ['provider'] },
  {
    name: 'llm_proxy_provider_latency_seconds',
    type: 'histogram',
    labels: ['provider'],
    buckets: ['0.1', '0.5', '1', '2', '5', '10', '30', '+Inf'],
  },
];

async function metricsAfterTraffic(): Promise<{ page: string; metrics: Metrics }> {
  const upstream = (await FakeUpstream.start()).answerOnce(
    json(200, chatAnswer()),
    sse([textEvent('one'), finishEvent(), usageEvent()]),
  );
  const proxy = await startProxy({ config: { providers: [providerAt(upstream)] } });
  await send(proxy, { body: chatBody() });
  await send(proxy, { body: chatBody({ stream: true }) });
  const { text } = await send(proxy, { method: 'GET', path: '/metrics' });
  return { page: text, metrics: await proxy.metrics() };
}

describe('the metrics of the seed', () => {
  afterEach(closeAll);

  it.each(SEED)('are there as they were: $name', async ({ name, type, labels, buckets }) => {
    const { page, metrics } = await metricsAfterTraffic();

    const sampleName = type === 'histogram' ? `${name}_bucket` : name;
    const samples = metrics.samples.filter((sample) => sample.name === sampleName);
    const labelNames = new Set(samples.flatMap((sample) => Object.keys(sample.labels)));
    labelNames.delete('le');
    expect(page).toContain(`# TYPE ${name} ${type}\n`);
    expect([...labelNames].sort()).toStrictEqual(labels);
    expect([...new Set(samples.flatMap(({ labels: { le } }) => le ?? []))]).toStrictEqual(
      buckets ?? [],
    );
  });

  it('name the kinds of tokens as they did', async () => {
    const { metrics } = await metricsAfterTraffic();

    expect(metrics.valuesOf('llm_proxy_tokens_total', 'token_type')).toStrictEqual([
      'completion',
      'prompt',
      'total',
    ]);
  });
});

describe('the page of metrics', () => {
  afterEach(closeAll);

  it('is what Prometheus reads', async () => {
    const upstream = await FakeUpstream.start();
    const proxy = await startProxy({ config: { providers: [providerAt(upstream)] } });

    const response = await send(proxy, { method: 'GET', path: '/metrics' });

    expect(response.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
  });

  it.each([
    'llm_proxy_overhead_seconds',
    'llm_proxy_time_to_first_token_seconds',
    'llm_proxy_output_tokens_per_second',
    'llm_proxy_upstream_attempts_total',
    'llm_proxy_stream_interruptions_total',
    'llm_proxy_malformed_events_total',
    'llm_proxy_client_disconnects_total',
    'nodejs_eventloop_lag_seconds',
    'process_cpu_user_seconds_total',
    'process_resident_memory_bytes',
  ])('has what an operator asks next: %s', async (name) => {
    const { page } = await metricsAfterTraffic();

    expect(page).toContain(`# TYPE ${name} `);
  });
});

describe('the labels', () => {
  afterEach(closeAll);

  const REQUESTS = 'llm_proxy_requests_total';
  const COUNT = 1000;

  it('stay few when clients make up models that a wildcard lets through', async () => {
    const upstream = (await FakeUpstream.start()).answer(json(200, chatAnswer()));
    const proxy = await startProxy({
      config: {
        providers: [providerAt(upstream, { model_mapping: { '*': '*', named: 'named' } })],
      },
    });

    for (let index = 0; index < COUNT; index += 1) {
      await send(proxy, { body: { model: `made-up-${index}` } });
    }
    await send(proxy, { body: { model: 'named' } });

    const metrics = await proxy.metrics();
    const models = metrics.valuesOf(REQUESTS, 'model');
    expect(models).toHaveLength(202);
    expect(models).toStrictEqual(expect.arrayContaining(['made-up-199', 'named', 'other']));
    expect(metrics.sum(REQUESTS, { model: 'other' })).toBe(COUNT - 200);
    expect(metrics.valuesOf('llm_proxy_tokens_total', 'model')).toStrictEqual(models);
  });

  it('stay few when clients make up models that nobody serves', async () => {
    const upstream = await FakeUpstream.start();
    const proxy = await startProxy({ config: { providers: [providerAt(upstream)] } });

    for (let index = 0; index < COUNT; index += 1) {
      await send(proxy, { body: { model: `made-up-${index}` } });
    }

    const metrics = await proxy.metrics();
    expect(metrics.valuesOf(REQUESTS, 'model')).toStrictEqual(['other']);
    expect(metrics.sum(REQUESTS)).toBe(COUNT);
  });

  it('do not name a model that a wildcard lets through and the provider refuses', async () => {
    const upstream = (await FakeUpstream.start()).answer(json(404, { error: {} }));
    const proxy = await startProxy({
      config: { providers: [providerAt(upstream, { model_mapping: { '*': '*' } })] },
    });

    await send(proxy, { body: { model: 'made-up' } });

    expect((await proxy.metrics()).valuesOf(REQUESTS, 'model')).toStrictEqual(['other']);
  });

  it('stay few when clients make up paths', async () => {
    const upstream = await FakeUpstream.start();
    const proxy = await startProxy({ config: { providers: [providerAt(upstream)] } });

    for (let index = 0; index < 50; index += 1) {
      await send(proxy, { method: 'GET', path: `/made/up/${index}` });
      await send(proxy, { method: 'GET', path: `/v1/models/made-up-${index}` });
    }

    expect((await proxy.metrics()).valuesOf(REQUESTS, 'endpoint')).toStrictEqual([
      '/v1/models/{id}',
      'unmatched',
    ]);
  });
});
