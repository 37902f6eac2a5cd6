import { beforeEach, describe, expect, it } from '@jest/globals';
import { newHealth } from '../../test/support/provider-health.js';
import { FakeClock } from '../../test/support/fake-clock.js';
import { StubUpstream } from '../../test/support/stub-upstream.js';
import { turns } from '../../test/support/waiting.js';
import { parseConfig } from '../config/index.js';
import { Provider, ProviderRegistry } from '../providers/index.js';
import { ModelCatalog } from './model-catalog.js';

const MINUTE = 60_000;

describe('ModelCatalog', () => {
  let clock: FakeClock;
  let upstream: StubUpstream;

  beforeEach(() => {
    clock = new FakeClock();
    upstream = new StubUpstream();
  });

  function catalogOf(...settings: readonly string[]): ModelCatalog {
    const lines = settings.map((setting) => `  - {type: demo, ${setting}}`);
    const { providers } = parseConfig(`providers:\n${lines.join('\n')}`);
    return new ModelCatalog(
      new ProviderRegistry(
        providers.map((provider) => new Provider(provider, upstream, newHealth())),
      ),
      clock,
    );
  }

  it('lists what mappings spell out, and asks nobody for it', () => {
    const catalog = catalogOf(
      'name: a, model_mapping: {b: x, a: x, "c*": x}',
      'name: b, model_mapping: {b: y}',
    );

    expect(catalog.names()).toStrictEqual(['a', 'b']);
    expect(upstream.listings).toBe(0);
  });

  it('adds what a provider without a mapping lists, sorted and without doubles', async () => {
    upstream.list = () => Promise.resolve(['z', 'a', 'm']);
    const catalog = catalogOf('name: a, model_mapping: {m: x}', 'name: b');

    const before = catalog.names();
    await turns();

    expect(before).toStrictEqual(['m']);
    expect(catalog.names()).toStrictEqual(['a', 'm', 'z']);
  });

  it('begins to ask as soon as it is told to', () => {
    catalogOf('name: a').refresh();

    expect(upstream.listings).toBe(1);
  });

  it('keeps a list for five minutes', async () => {
    upstream.list = () => Promise.resolve(['old']);
    const catalog = catalogOf('name: a');
    catalog.refresh();
    await turns();
    upstream.list = () => Promise.resolve(['new']);

    clock.advance(5 * MINUTE - 1);
    catalog.names();
    expect(upstream.listings).toBe(1);
    clock.advance(1);
    expect(catalog.names()).toStrictEqual(['old']);
    await turns();

    expect(upstream.listings).toBe(2);
    expect(catalog.names()).toStrictEqual(['new']);
  });

  it('leaves a provider that cannot be asked alone for half a minute', async () => {
    upstream.list = () => Promise.reject(new Error('unreachable'));
    const catalog = catalogOf('name: a');
    catalog.refresh();
    await turns();

    clock.advance(29_999);
    catalog.refresh();
    expect(upstream.listings).toBe(1);
    clock.advance(1);
    catalog.refresh();

    expect(upstream.listings).toBe(2);
  });

  it('keeps what it knew of a provider that can no longer be asked', async () => {
    upstream.list = () => Promise.resolve(['known']);
    const catalog = catalogOf('name: a');
    catalog.refresh();
    await turns();
    upstream.list = () => Promise.reject(new Error('unreachable'));

    clock.advance(5 * MINUTE);
    catalog.refresh();
    await turns();

    expect(catalog.names()).toStrictEqual(['known']);
  });

  it('asks once, however many want to know, until the provider has answered', async () => {
    let answer: (names: readonly string[]) => void = () => undefined;
    upstream.list = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    const catalog = catalogOf('name: a');

    catalog.names();
    clock.advance(60 * MINUTE);
    catalog.names();
    catalog.refresh();
    expect(upstream.listings).toBe(1);
    answer(['a']);
    await turns();

    expect(catalog.names()).toStrictEqual(['a']);
    expect(upstream.listings).toBe(1);
  });

  it('asks those that the configuration adds, and forgets those that it removes', async () => {
    const registryOf = (...settings: readonly string[]): ProviderRegistry => {
      const lines = settings.map((setting) => `  - {type: demo, ${setting}}`);
      const { providers } = parseConfig(`providers:\n${lines.join('\n')}`);
      return new ProviderRegistry(
        providers.map((provider) => new Provider(provider, upstream, newHealth())),
      );
    };
    const registry = registryOf('name: a', 'name: m, model_mapping: {m: x}');
    const catalog = new ModelCatalog(registry, clock);
    upstream.list = () => Promise.resolve(['of-a']);
    catalog.refresh();
    await turns();
    expect(catalog.names()).toStrictEqual(['m', 'of-a']);

    registry.replace(registryOf('name: b').providers);
    upstream.list = () => Promise.resolve(['of-b']);
    expect(catalog.names()).toStrictEqual([]);
    await turns();

    expect(catalog.names()).toStrictEqual(['of-b']);
    expect(upstream.listings).toBe(2);
  });

  it.each([
    ['spelt-out', true],
    ['gpt-4o', true],
    ['listed', true],
    ['unheard-of', false],
  ])('says whether clients may ask for %s: %j', async (model, expected) => {
    upstream.list = () => Promise.resolve(['listed']);
    const catalog = catalogOf(
      'name: a, model_mapping: {spelt-out: x, "gpt-*": "gpt-*"}',
      'name: b',
    );
    catalog.refresh();
    await turns();

    expect(catalog.has(model)).toBe(expected);
  });
});
