import { afterEach, describe, expect, it } from '@jest/globals';
import { LiveConfig, parseConfig } from '../../src/config/index.js';
import {
  FakeClock,
  FakeUpstream,
  MODEL,
  type RunningProxy,
  chatAnswer,
  chatBody,
  closeAll,
  json,
  providerAt,
  send,
  startProxy,
} from '../support/index.js';

const OK = json(200, chatAnswer());
const NO = json(500, { error: { message: 'no' } });
const STATE = 'llm_proxy_breaker_state';
const HEALTH = 'llm_proxy_provider_health';

type Settings = Readonly<Record<string, unknown>>;

/** A proxy over one provider, which is out after two failures in a row. */
class Scene {
  private constructor(
    readonly upstream: FakeUpstream,
    readonly clock: FakeClock,
    readonly proxy: RunningProxy,
  ) {}

  static async start(provider: Settings = {}): Promise<Scene> {
    const upstream = await FakeUpstream.start();
    const clock = new FakeClock();
    const proxy = await startProxy({ clock, config: Scene.#configOf(upstream, provider) });
    return new Scene(upstream, clock, proxy);
  }

  /** Puts a provider of other settings in place of the one that there is. */
  change(provider: Settings): void {
    const config = Scene.#configOf(this.upstream, provider);
    this.proxy.app.get(LiveConfig).replace(parseConfig(JSON.stringify(config)));
  }

  async ask(...models: readonly string[]): Promise<void> {
    for (const model of models) {
      await send(this.proxy, { body: chatBody({ model }) });
    }
  }

  static #configOf(upstream: FakeUpstream, provider: Settings): Settings {
    return {
      stream_keepalive: 0,
      retry: { attempts: 1, max_wait: 0 },
      breaker: { consecutive_failures: 2 },
      providers: [providerAt(upstream, provider)],
    };
  }
}

describe('the metrics of a provider that a new configuration changes', () => {
  afterEach(closeAll);

  it('are those of the new one when the old one was out', async () => {
    const scene = await Scene.start();
    scene.upstream.answer(NO);
    await scene.ask(MODEL, MODEL);
    const before = await scene.proxy.metrics();

    scene.change({ weight: 2 });
    const after = await scene.proxy.metrics();

    expect([before.sum(HEALTH), before.sum(STATE, { model: 'all' })]).toStrictEqual([0, 2]);
    expect([after.sum(HEALTH), after.sum(STATE)]).toStrictEqual([1, 0]);
  });

  it('have the models of the new one only', async () => {
    const scene = await Scene.start({ model_mapping: { [MODEL]: 'kept', other: 'dropped' } });
    scene.upstream.answer(OK);
    await scene.ask(MODEL);
    scene.upstream.answer(NO);
    await scene.ask('other', 'other');
    const before = await scene.proxy.metrics();

    scene.change({ model_mapping: { [MODEL]: 'kept' } });
    const after = await scene.proxy.metrics();

    expect(before.sum(STATE, { model: 'dropped' })).toBe(2);
    expect(after.valuesOf(STATE, 'model')).toStrictEqual(['all', 'kept']);
    expect(after.sum(STATE)).toBe(0);
  });

  it('do not mind what becomes of requests that still run at the old one', async () => {
    const scene = await Scene.start();
    const { upstream, proxy } = scene;
    const pending = [1, 2].map(() => send(proxy, { body: chatBody() }));
    const exchanges = [await upstream.next(), await upstream.next()];

    scene.change({ weight: 2 });
    for (const exchange of exchanges) {
      await NO(exchange);
    }
    await Promise.all(pending);
    const metrics = await proxy.metrics();

    expect([metrics.sum(HEALTH), metrics.sum(STATE)]).toStrictEqual([1, 0]);
    expect(metrics.sum('llm_proxy_breaker_transitions_total')).toBe(0);
    expect(proxy.logs.text).not.toContain('is taken out');
  });
});

describe('the metric of the models that no mapping spells out', () => {
  afterEach(closeAll);

  it('tells of the worst of them', async () => {
    const scene = await Scene.start({ model_mapping: { 'x-*': 'x-*' } });
    const { upstream, clock, proxy } = scene;
    const state = async (): Promise<number> =>
      (await proxy.metrics()).sum(STATE, { model: 'other' });
    const states = [await state()];
    upstream.answer(OK);
    await scene.ask('x-1', 'x-2', 'x-3', 'x-4', 'x-5');
    upstream.answer(NO);
    await scene.ask('x-1', 'x-1', 'x-2', 'x-2');
    states.push(await state());

    clock.advance(6000);
    upstream.answer(OK);
    await scene.ask('x-1');
    states.push(await state());
    await scene.ask('x-2');
    states.push(await state());

    expect(states).toStrictEqual([0, 2, 2, 0]);
  });
});
