import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Global, Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { type MetricObjectWithValues, type MetricValue, register } from 'prom-client';
import { FakeClock } from '../../test/support/fake-clock.js';
import { Metrics } from '../../test/support/metrics.js';
import { closeAll, track } from '../../test/support/resources.js';
import { Clock, ClockModule } from '../clock/index.js';
import { type AttemptReport, RetryBudget } from '../completions/index.js';
import { ConfigModule, LiveConfig, type ProxyConfig, parseConfig } from '../config/index.js';
import { RequestContext } from '../http/index.js';
import { createProviders } from '../providers/create-providers.js';
import {
  type AttemptOutcome,
  type HealthChange,
  type Provider,
  ProviderRegistry,
} from '../providers/index.js';
import type { MetricSnapshots } from '../workers/index.js';
import { AttemptMetrics } from './attempt-metrics.js';
import { ConfigMetrics } from './config-metrics.js';
import { HealthMetrics } from './health-metrics.js';
import { metricSnapshots } from './metric-snapshots.js';
import { MetricsPage } from './metrics-page.js';
import { MetricsModule } from './metrics.module.js';
import { ReplyMetrics } from './reply-metrics.js';
import { RequestMetrics } from './request-metrics.js';

const ENDPOINT = '/v1/chat/completions';
const USAGE = { promptTokens: 3, completionTokens: 40, totalTokens: 43 };

/** A request that was answered well, and how it differs. */
function contextOf(fields: Partial<RequestContext> = {}, endpoint?: string): RequestContext {
  const context = new RequestContext('1', 'POST', '/v1/x', endpoint ?? ENDPOINT, 1000);
  return Object.assign(
    context,
    { model: 'm', modelIsConfigured: true, provider: 'a', status: 200, duration: 1500 },
    fields,
  );
}

const OPENED: HealthChange = { model: undefined, from: 'closed', to: 'open', openFor: 5000 };

const A = '{name: a, type: demo, model_mapping: {m: m, "x-*": "*"}}';
const B = '{name: b, type: demo}';
const C = '{name: c, type: demo}';

function providersOf(providers: string, clock: Clock): Provider[] {
  const config = parseConfig(`providers: [${providers}]`);
  return createProviders(config, { clock, announce: () => undefined });
}

/** @returns what a process has counted in which these metrics show these values */
function showing(snapshots: MetricSnapshots, values: Record<string, number>): MetricSnapshots {
  return snapshots.map((metric) => ({
    ...metric,
    values: metric.values.map((sample) => ({
      ...sample,
      value: values[metric.name] ?? sample.value,
    })),
  }));
}

/** What the main job lends to the metrics. */
@Global()
@Module({
  providers: [
    {
      provide: RetryBudget,
      useFactory: (clock: Clock) => new RetryBudget(clock, { budget: 0.2, budgetFloor: 10 }),
      inject: [Clock],
    },
    {
      provide: ProviderRegistry,
      useFactory: (clock: Clock) => new ProviderRegistry(providersOf(`${A}, ${B}`, clock)),
      inject: [Clock],
    },
  ],
  exports: [RetryBudget, ProviderRegistry],
})
class MainJobModule {}

describe('MetricsModule', () => {
  let testing: TestingModule;
  let clock: FakeClock;

  beforeEach(async () => {
    clock = new FakeClock();
    register
      .getMetricsAsArray()
      .filter(({ name }) => name.startsWith('llm_proxy_'))
      .forEach(({ name }) => {
        register.removeSingleMetric(name);
      });
    const config = parseConfig('providers: [{name: a, type: demo}, {name: b, type: demo}]');
    testing = await Test.createTestingModule({
      imports: [
        ConfigModule.forRoot(config),
        ClockModule.forRoot(clock),
        MainJobModule,
        MetricsModule.forRoot(),
      ],
    }).compile();
    track(testing);
  });

  afterEach(closeAll);

  async function page(): Promise<Metrics> {
    return new Metrics(await register.metrics());
  }

  function buckets(metric: MetricObjectWithValues<MetricValue<string>> | undefined): unknown[] {
    const bounds = metric?.values.map(({ labels }) => labels['le']) ?? [];
    return [...new Set(bounds)].filter((bound) => bound !== undefined && bound !== '+Inf');
  }

  describe('of requests', () => {
    it("counts in the seed's metrics, with its labels and buckets", async () => {
      const metrics = testing.get(RequestMetrics);
      metrics.requestStarted(contextOf());
      metrics.requestEnded(contextOf());

      const labels = { method: 'POST', endpoint: ENDPOINT, model: 'm', provider: 'a' };
      const { samples } = await page();
      const durations = await register.getSingleMetric('llm_proxy_request_duration_seconds')?.get();

      expect(samples).toContainEqual({
        name: 'llm_proxy_requests_total',
        labels: { ...labels, status_code: '200' },
        value: 1,
      });
      expect(samples).toContainEqual({
        name: 'llm_proxy_request_duration_seconds_sum',
        labels,
        value: 1.5,
      });
      expect(buckets(durations)).toStrictEqual([0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600]);
    });

    it('knows how many run, and that none runs when all have ended', async () => {
      const metrics = testing.get(RequestMetrics);
      const active = async (endpoint: string): Promise<number> =>
        (await page()).sum('llm_proxy_active_requests', { endpoint });

      metrics.requestStarted(contextOf());
      metrics.requestStarted(contextOf());
      metrics.requestStarted(contextOf({}, '/v1/embeddings'));
      expect(await active(ENDPOINT)).toBe(2);
      expect(await active('/v1/embeddings')).toBe(1);

      metrics.requestEnded(contextOf({ status: 499, ending: 'client_closed' }));
      metrics.requestEnded(contextOf({ model: undefined, provider: undefined, status: 401 }));
      metrics.requestEnded(contextOf({ status: 502 }, '/v1/embeddings'));
      expect(await active(ENDPOINT)).toBe(0);
      expect(await active('/v1/embeddings')).toBe(0);
    });

    it('says none where there was no model and no provider', async () => {
      testing
        .get(RequestMetrics)
        .requestEnded(contextOf({ model: undefined, provider: undefined, status: 401 }));

      expect(
        (await page()).sum('llm_proxy_requests_total', {
          model: 'none',
          provider: 'none',
          status_code: '401',
        }),
      ).toBe(1);
    });

    it('counts clients that left, by the phase they left in', async () => {
      const metrics = testing.get(RequestMetrics);
      const gone = { status: 499, ending: 'client_closed' } as const;

      metrics.requestEnded(contextOf(gone));
      metrics.requestEnded(contextOf({ ...gone, bodyReadAt: 1 }));
      metrics.requestEnded(contextOf({ ...gone, bodyReadAt: 1, respondedAt: 2 }));
      metrics.requestEnded(contextOf({ bodyReadAt: 1, respondedAt: 2 }));

      const read = await page();
      const name = 'llm_proxy_client_disconnects_total';
      expect(read.valuesOf(name, 'phase')).toStrictEqual(['streaming', 'upload', 'waiting']);
      expect(read.sum(name)).toBe(3);
    });

    it('leaves probes out', async () => {
      const metrics = testing.get(RequestMetrics);
      const probe = new RequestContext('1', 'GET', '/health', undefined, 0);

      metrics.requestStarted(probe);
      metrics.requestEnded(probe);

      const read = await page();
      expect(read.sum('llm_proxy_requests_total')).toBe(0);
      expect(read.sum('llm_proxy_active_requests')).toBe(0);
    });

    it('keeps its labels bounded, whatever clients ask for', async () => {
      const metrics = testing.get(RequestMetrics);
      for (let index = 0; index < 500; index += 1) {
        const model = `made-up-${index}`;
        metrics.requestEnded(contextOf({ model, modelIsConfigured: false, status: 404 }));
      }

      const read = await page();

      expect(read.valuesOf('llm_proxy_requests_total', 'model')).toStrictEqual(['other']);
      expect(read.sum('llm_proxy_requests_total')).toBe(500);
    });
  });

  describe('of replies', () => {
    it('adds up tokens as they were reported, a zero included', async () => {
      const metrics = testing.get(ReplyMetrics);
      metrics.replyEnded(contextOf({ usage: USAGE }), 2000);
      metrics.replyEnded(contextOf({ usage: { ...USAGE, completionTokens: 0 } }), 2000);

      const read = await page();
      const tokens = (type: string): number =>
        read.sum('llm_proxy_tokens_total', { model: 'm', provider: 'a', token_type: type });

      expect([tokens('prompt'), tokens('completion'), tokens('total')]).toStrictEqual([6, 40, 86]);
    });

    it('invents no tokens', async () => {
      const metrics = testing.get(ReplyMetrics);
      metrics.replyEnded(contextOf(), 2000);
      metrics.replyEnded(
        contextOf({
          usage: { promptTokens: 3, completionTokens: undefined, totalTokens: undefined },
        }),
        2000,
      );

      expect((await page()).valuesOf('llm_proxy_tokens_total', 'token_type')).toStrictEqual([
        'prompt',
      ]);
    });

    it('measures a stream: time to its first token, and its speed from there', async () => {
      testing
        .get(ReplyMetrics)
        .replyEnded(contextOf({ usage: USAGE, firstTokenAt: 1250, startedAt: 1000 }), 3250);

      const read = await page();
      const labels = { model: 'm', provider: 'a' };

      expect(read.sum('llm_proxy_time_to_first_token_seconds_sum', labels)).toBe(0.25);
      expect(read.sum('llm_proxy_output_tokens_per_second_sum', labels)).toBe(20);
    });

    it.each<[string, Partial<RequestContext>, number]>([
      ['broke', { usage: USAGE, interrupted: true }, 3250],
      ['told no usage', {}, 3250],
      ['came all at once', { usage: USAGE }, 1250],
    ])('knows no speed of a stream that %s', async (_, fields, endedAt) => {
      testing.get(ReplyMetrics).replyEnded(contextOf({ firstTokenAt: 1250, ...fields }), endedAt);

      const read = await page();

      expect(read.sum('llm_proxy_time_to_first_token_seconds_count')).toBe(1);
      expect(read.sum('llm_proxy_output_tokens_per_second_count')).toBe(0);
    });

    it('measures its own part, once an answer has begun', async () => {
      const metrics = testing.get(ReplyMetrics);
      metrics.replyEnded(
        contextOf({ respondedAt: 1800, uploadTime: 100, upstreamTime: 600 }),
        2000,
      );
      metrics.replyEnded(contextOf({ status: 502, provider: undefined }), 2000);

      const read = await page();

      expect(read.sum('llm_proxy_overhead_seconds_count')).toBe(1);
      expect(read.sum('llm_proxy_overhead_seconds_sum')).toBeCloseTo(0.1);
    });

    it('counts nothing for a model that no provider was asked for', async () => {
      testing.get(ReplyMetrics).replyEnded(contextOf({ provider: undefined, usage: USAGE }), 2000);

      expect((await page()).sum('llm_proxy_tokens_total')).toBe(0);
    });
  });

  describe('of attempts', () => {
    function report(fields: Partial<AttemptReport> = {}): void {
      testing.get(AttemptMetrics).attemptEnded({
        requestId: '1',
        provider: 'a',
        requestedModel: 'm',
        model: 'm',
        reason: 'first',
        outcome: 'success',
        interruption: undefined,
        latency: undefined,
        malformedEvents: 0,
        cause: undefined,
        ...fields,
      });
    }

    it.each<[AttemptReport['reason'], AttemptOutcome, string, Readonly<Record<string, string>>]>([
      ['retry', 'success', 'llm_proxy_retries_total', { provider: 'a' }],
      ['fallback', 'broken', 'llm_proxy_fallbacks_total', { from: 'm', to: 'n' }],
      ['first', 'rate_limited', 'llm_proxy_cooldowns_total', { provider: 'a' }],
    ])('counts a %s that ended as %s in %s', async (reason, outcome, name, labels) => {
      report({ reason, outcome, model: 'n' });

      const read = await page();
      expect(read.sum(name, labels)).toBe(1);
      expect(read.sum(name)).toBe(1);
    });

    it.each<[AttemptOutcome, number | undefined, string]>([
      ['success', 700, 'won'],
      ['interrupted', 700, 'won'],
      ['client_closed', 700, 'won'],
      ['shutdown', 700, 'won'],
      ['superseded', undefined, 'lost'],
      ['broken', undefined, 'failed'],
      ['client_closed', undefined, 'abandoned'],
      ['shutdown', undefined, 'abandoned'],
    ])(
      'counts a hedge that ended as %s, with its answer after %s ms, as %s',
      async (outcome, latency, result) => {
        report({ reason: 'hedge', outcome, latency });

        const read = await page();
        expect(read.sum('llm_proxy_hedges_total', { provider: 'a', result })).toBe(1);
        expect(read.sum('llm_proxy_hedges_total')).toBe(1);
      },
    );

    it('counts attempts by how they ended', async () => {
      report();
      report();
      report({ outcome: 'timeout' });

      const read = await page();
      const attempts = (outcome: string): number =>
        read.sum('llm_proxy_upstream_attempts_total', { provider: 'a', outcome });

      expect([attempts('success'), attempts('timeout')]).toStrictEqual([2, 1]);
    });

    it("measures a provider's latency in the seed's buckets", async () => {
      report({ latency: 700 });
      report();

      const read = await page();
      const metric = await register.getSingleMetric('llm_proxy_provider_latency_seconds')?.get();

      expect(read.sum('llm_proxy_provider_latency_seconds_sum', { provider: 'a' })).toBe(0.7);
      expect(read.sum('llm_proxy_provider_latency_seconds_count', { provider: 'a' })).toBe(1);
      expect(buckets(metric)).toStrictEqual([0.1, 0.5, 1, 2, 5, 10, 30]);
    });

    it('counts what broke in a stream', async () => {
      report({ outcome: 'interrupted', interruption: 'connection_lost', malformedEvents: 2 });
      report();

      const read = await page();
      const interruption = { provider: 'a', cause: 'connection_lost' };

      expect(read.sum('llm_proxy_stream_interruptions_total', interruption)).toBe(1);
      expect(read.sum('llm_proxy_stream_interruptions_total')).toBe(1);
      expect(read.sum('llm_proxy_malformed_events_total', { provider: 'a' })).toBe(2);
    });
  });

  it('shows the process and its event loop too', async () => {
    const { samples } = await page();

    expect(samples.map(({ name }) => name)).toStrictEqual(
      expect.arrayContaining(['process_resident_memory_bytes', 'nodejs_eventloop_lag_seconds']),
    );
  });

  describe('of the configuration', () => {
    const NAMES = {
      successful: 'llm_proxy_config_last_reload_successful',
      time: 'llm_proxy_config_last_reload_timestamp_seconds',
      successTime: 'llm_proxy_config_last_reload_success_timestamp_seconds',
    };
    /** When the clock of the tests begins, in seconds since 1970. */
    const START = Date.UTC(2026, 0) / 1000;

    async function values(): Promise<Readonly<Record<string, number>>> {
      const metrics = await page();
      return Object.fromEntries(
        Object.entries(NAMES).map(([key, name]) => [key, metrics.sum(name)]),
      );
    }

    function configOf(text: string): ProxyConfig {
      return parseConfig(text);
    }

    it('takes the start for the first reload', async () => {
      expect(await values()).toStrictEqual({ successful: 1, time: START, successTime: START });
      const { hash } = testing.get(LiveConfig).current.source;

      expect((await page()).samples).toContainEqual({
        name: 'llm_proxy_config_info',
        labels: { hash },
        value: 1,
      });
    });

    it('tells of one that was refused, and when', async () => {
      clock.advance(5000);

      testing.get(ConfigMetrics).configRefused();

      expect(await values()).toStrictEqual({ successful: 0, time: START + 5, successTime: START });
    });

    it('tells of one that was taken into use, and knows just its hash', async () => {
      const metrics = testing.get(ConfigMetrics);
      metrics.configRefused();
      clock.advance(5000);
      const config = configOf('providers: [{name: c, type: demo}]');

      metrics.configReloaded({ config, changed: [], waiting: [] });

      expect(await values()).toStrictEqual({
        successful: 1,
        time: START + 5,
        successTime: START + 5,
      });
      const infos = (await page()).valuesOf('llm_proxy_config_info', 'hash');
      expect(infos).toStrictEqual([config.source.hash]);
    });
  });

  describe('of circuit breakers', () => {
    it('takes every provider for well until something is known', async () => {
      const read = await page();

      expect(read.valuesOf('llm_proxy_provider_health', 'provider')).toStrictEqual(['a', 'b']);
      expect(read.sum('llm_proxy_provider_health')).toBe(2);
      expect(read.sum('llm_proxy_breaker_state')).toBe(0);
    });

    it('follows the breaker of a provider', async () => {
      const [provider] = testing.get(ProviderRegistry).providers;
      const seen: number[][] = [];
      const look = async (): Promise<void> => {
        const read = await page();
        seen.push([
          read.sum('llm_proxy_provider_health', { provider: 'a' }),
          read.sum('llm_proxy_breaker_state', { provider: 'a', model: 'all' }),
        ]);
      };

      provider?.health.begin('m').end('credentials_refused');
      await look();
      clock.advance(60_000);
      const probe = provider?.health.begin('m');
      await look();
      probe?.end('success');
      await look();

      expect(seen).toStrictEqual([
        [0, 2],
        [0, 1],
        [1, 0],
      ]);
    });

    it('counts how often each moved', async () => {
      const health = testing.get(HealthMetrics);
      for (const provider of providersOf(A, clock)) {
        for (const model of [undefined, 'm', 'made-up', 'made-up-too']) {
          health.healthChanged(provider, { ...OPENED, model });
        }
      }
      const read = await page();

      const counted = ['all', 'm', 'other'].map((model) =>
        read.sum('llm_proxy_breaker_transitions_total', { provider: 'a', model, to: 'open' }),
      );
      expect(counted).toStrictEqual([1, 1, 2]);
    });

    it('has the providers that there are, and no others', async () => {
      const registry = testing.get(ProviderRegistry);
      const [, b] = registry.providers;
      b?.health.begin('m').end('credentials_refused');

      registry.replace([...registry.providers.slice(1), ...providersOf(C, clock)]);
      const read = await page();

      expect(read.valuesOf('llm_proxy_provider_health', 'provider')).toStrictEqual(['b', 'c']);
      expect(read.sum('llm_proxy_provider_health')).toBe(1);
      expect(read.valuesOf('llm_proxy_breaker_state', 'provider')).toStrictEqual(['b', 'c']);
    });

    it('shows how many retries are left', async () => {
      const before = (await page()).sum('llm_proxy_retry_budget_left');
      testing.get(RetryBudget).tryTake();

      expect((await page()).sum('llm_proxy_retry_budget_left')).toBe(before - 1);
    });
  });

  it('adds up what several processes show, or takes the one that sees it worst', async () => {
    testing.get(RequestMetrics).requestStarted(contextOf());
    const here = await metricSnapshots();
    const peers = [
      showing(here, {
        llm_proxy_active_requests: 2,
        llm_proxy_provider_health: 1,
        llm_proxy_breaker_state: 0,
        llm_proxy_config_last_reload_successful: 1,
        nodejs_eventloop_lag_p99_seconds: 0.5,
        process_start_time_seconds: 100,
      }),
      showing(here, {
        llm_proxy_active_requests: 3,
        llm_proxy_provider_health: 0,
        llm_proxy_breaker_state: 2,
        llm_proxy_config_last_reload_successful: 0,
        nodejs_eventloop_lag_p99_seconds: 0.1,
        process_start_time_seconds: 200,
      }),
    ];
    // Whichever comes first.
    for (const all of [peers, peers.toReversed()]) {
      const read = new Metrics(
        await new MetricsPage({ gather: () => Promise.resolve(all) }).text(),
      );

      expect(read.sum('llm_proxy_active_requests', { endpoint: ENDPOINT })).toBe(5);
      expect(read.sum('llm_proxy_provider_health', { provider: 'a' })).toBe(0);
      expect(read.sum('llm_proxy_breaker_state', { provider: 'a', model: 'all' })).toBe(2);
      expect(read.sum('llm_proxy_config_last_reload_successful')).toBe(0);
      expect(read.sum('nodejs_eventloop_lag_p99_seconds')).toBe(0.5);
      expect(read.sum('process_start_time_seconds')).toBe(100);
    }
  });

  it('counts tokens for the model that answered', async () => {
    testing.get(ReplyMetrics).replyEnded(contextOf({ servedModel: 'n', usage: USAGE }), 2000);
    testing.get(ReplyMetrics).replyEnded(contextOf({ servedModel: 'm', usage: USAGE }), 2000);
    const read = await page();

    const counted = ['m', 'n'].map((model) =>
      read.sum('llm_proxy_tokens_total', { model, token_type: 'total' }),
    );
    expect(counted).toStrictEqual([43, 43]);
  });

  it('counts streams that were taken up again, and those that were lost', async () => {
    testing.get(ReplyMetrics).replyEnded(contextOf({ recovery: 'recovered' }), 2000);
    testing.get(ReplyMetrics).replyEnded(contextOf({ recovery: 'lost' }), 2000);
    testing.get(ReplyMetrics).replyEnded(contextOf(), 2000);
    const read = await page();

    const counted = (result: string): number =>
      read.sum('llm_proxy_stream_recoveries_total', { provider: 'a', result });
    expect([counted('recovered'), counted('lost')]).toStrictEqual([1, 1]);
  });
});
