import { expect } from '@jest/globals';
import { FakeClock } from './fake-clock.js';
import type { Metrics } from './metrics.js';
import { type RunningProxy, providerAt, startProxy } from './running-proxy.js';
import { MODEL } from './upstream/chat.js';
import { FakeUpstream } from './upstream/fake-upstream.js';

/** A proxy of which one request is asked. */
export interface Scene {
  readonly proxy: RunningProxy;
  readonly upstream: FakeUpstream;
  readonly clock: FakeClock;
}

/** What the metrics must say of the scene's only request. */
export interface Ending {
  readonly status: number;
  /** `MODEL` unless given. */
  readonly model?: string;
  /** `upstream` unless given. */
  readonly provider?: string;
  readonly endpoint?: string;
  readonly method?: string;
  readonly outcome?: string;
  readonly interruption?: string;
  readonly phase?: string;
  /** Whether an answer had begun, so that the proxy's own part of the time is known. */
  readonly began?: boolean;
}

/** Asks it. */
export type Act = (scene: Scene) => Promise<unknown>;

const MASTER_KEY = 'sk-master-0123456789abcdef';
export const AUTHORIZED = { authorization: `Bearer ${MASTER_KEY}` };
export const CHAT = '/v1/chat/completions';
/** The labels of a request whose model nobody has read. */
export const UNREAD = { model: 'none', provider: 'none' };

/** Starts one, with a master key, whose time stands still. */
export async function startScene(): Promise<Scene> {
  const clock = new FakeClock();
  const upstream = await FakeUpstream.start();
  const proxy = await startProxy({
    clock,
    config: {
      providers: [providerAt(upstream)],
      server: { master_api_key: MASTER_KEY, body_limit: 10_000 },
    },
  });
  return { proxy, upstream, clock };
}

/** Checks that the one request was counted once, under these labels, and as nothing else. */
export function expectEnding(metrics: Metrics, ending: Ending): void {
  const { status, model = MODEL, provider = 'upstream', endpoint = CHAT, method = 'POST' } = ending;
  const labels = { method, endpoint, model, provider };
  const one = [{ labels: expect.anything(), value: 1 }];
  const seriesOf = (name: string): readonly unknown[] =>
    metrics.samples
      .filter((sample) => sample.name === name)
      .map(({ labels: own, value }) => ({ labels: own, value }));

  expect(seriesOf('llm_proxy_requests_total')).toStrictEqual([
    { labels: { ...labels, status_code: String(status) }, value: 1 },
  ]);
  expect(seriesOf('llm_proxy_request_duration_seconds_count')).toStrictEqual([
    { labels, value: 1 },
  ]);
  expect(seriesOf('llm_proxy_active_requests')).toStrictEqual([{ labels: { endpoint }, value: 0 }]);
  expect(seriesOf('llm_proxy_upstream_attempts_total')).toStrictEqual(
    ending.outcome === undefined
      ? []
      : [{ labels: { provider: 'upstream', outcome: ending.outcome }, value: 1 }],
  );
  expect(seriesOf('llm_proxy_stream_interruptions_total')).toStrictEqual(
    ending.interruption === undefined
      ? []
      : [{ labels: { provider: 'upstream', cause: ending.interruption }, value: 1 }],
  );
  expect(seriesOf('llm_proxy_client_disconnects_total')).toStrictEqual(
    ending.phase === undefined ? [] : [{ labels: { endpoint, phase: ending.phase }, value: 1 }],
  );
  expect(seriesOf('llm_proxy_overhead_seconds_count')).toStrictEqual(
    ending.began === true ? one : [{ labels: {}, value: 0 }],
  );
}
