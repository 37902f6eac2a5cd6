import { FakeClock } from './fake-clock.js';
import { type RunningProxy, providerAt, startProxy } from './running-proxy.js';
import { FakeUpstream, type FakeUpstreamOptions } from './upstream/fake-upstream.js';

/** A proxy with two providers of one model; a new one asks `first` first. */
export interface Pair {
  readonly proxy: RunningProxy;
  readonly clock: FakeClock;
  readonly first: FakeUpstream;
  readonly second: FakeUpstream;
}

export interface PairOptions {
  /** Settings beside the providers. Unless they say otherwise there are retries, and no pings. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** What the first provider speaks. */
  readonly first?: FakeUpstreamOptions;
  /** Settings of the first provider that differ. */
  readonly firstProvider?: Readonly<Record<string, unknown>>;
  /** Settings of the second provider that differ. */
  readonly secondProvider?: Readonly<Record<string, unknown>>;
}

/** Starts one whose time stands still. */
export async function startPair(options: PairOptions = {}): Promise<Pair> {
  const clock = new FakeClock();
  const first = await FakeUpstream.start(options.first);
  const second = await FakeUpstream.start();
  const config = {
    retry: { attempts: 3 },
    stream_keepalive: 0,
    ...options.settings,
    providers: [
      providerAt(first, { name: 'first', ...options.firstProvider }),
      providerAt(second, { name: 'second', ...options.secondProvider }),
    ],
  };
  return { proxy: await startProxy({ config, clock }), clock, first, second };
}
