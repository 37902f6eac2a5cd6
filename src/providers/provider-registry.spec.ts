import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../config/index.js';
import { FakeClock } from '../../test/support/fake-clock.js';
import { createProviders } from './create-providers.js';
import type { Provider } from './provider.js';
import { type ModelRoute, ProviderRegistry } from './provider-registry.js';

function providersOf(...providers: readonly string[]): Provider[] {
  const lines = providers.map((settings) => `  - {type: demo, ${settings}}`);
  const config = parseConfig(`providers:\n${lines.join('\n')}`);
  return createProviders(config, { clock: new FakeClock(), announce: () => undefined });
}

function registryOf(...providers: readonly string[]): ProviderRegistry {
  return new ProviderRegistry(providersOf(...providers));
}

function take(route: ModelRoute | undefined, count: number): string[] {
  return Array.from({ length: count }, () => route?.pick(() => true)?.name ?? 'nobody');
}

describe('ProviderRegistry', () => {
  it('routes a model to those that serve it, in the order of the configuration', () => {
    const registry = registryOf(
      'name: a, model_mapping: {x: m1, y: m1}',
      'name: b, model_mapping: {y: m2}',
      'name: c, model_mapping: {"y*": "z*"}',
      'name: d',
    );

    const names = (model: string): string[] | undefined =>
      registry.routeOf(model)?.providers.map(({ name }) => name);

    expect(names('x')).toStrictEqual(['a', 'd']);
    expect(names('y')).toStrictEqual(['a', 'b', 'c', 'd']);
    expect(names('y2')).toStrictEqual(['c', 'd']);
    expect(names('z')).toStrictEqual(['d']);
  });

  it('knows no way to a model that nobody serves', () => {
    expect(registryOf('name: a, model_mapping: {x: m1}').routeOf('y')).toBeUndefined();
  });

  it('shares a model out by weight', () => {
    const registry = registryOf(
      'name: a, weight: 2, model_mapping: {x: m1}',
      'name: b, model_mapping: {x: m1}',
    );

    expect(take(registry.routeOf('x'), 6).join('')).toBe('abaaba');
  });

  it('picks among those that the request may go to', () => {
    const route = registryOf('name: a', 'name: b', 'name: c').routeOf('x');

    expect(route?.pick(({ name }) => name === 'b')?.name).toBe('b');
    expect(route?.pick(() => false)).toBeUndefined();
  });

  it('has the strategy it was given decide, one for each route, with the key', () => {
    const asked: string[] = [];
    const registry = new ProviderRegistry(
      providersOf('name: a, model_mapping: {x: m1}', 'name: b'),
      (providers) => ({
        pick: (isEligible, key) => {
          const names = providers.map(({ name }) => name).join('+');
          asked.push(`${names}: ${key ?? 'no key'}`);
          return providers.findLast(isEligible);
        },
      }),
    );

    expect(registry.routeOf('x')?.pick(() => true, 'alice')?.name).toBe('b');
    expect(registry.routeOf('x')?.pick(({ name }) => name === 'a')?.name).toBe('a');
    expect(registry.routeOf('y')?.pick(() => true)?.name).toBe('b');
    expect(asked).toStrictEqual(['a+b: alice', 'a+b: no key', 'b: no key']);
  });

  it('keeps the turns of each model apart', () => {
    const registry = registryOf('name: a, model_mapping: {x: m1, y: m1}', 'name: b');

    const taken = [1, 2, 3, 4].flatMap(() => [
      ...take(registry.routeOf('x'), 1),
      ...take(registry.routeOf('y'), 1),
    ]);

    expect(taken.join('')).toBe('aabbaabb');
  });

  it('keeps one row of turns for all names that the same wildcards match', () => {
    const registry = registryOf(
      'name: a, weight: 2, model_mapping: {"gpt-*": "gpt-*"}',
      'name: b, model_mapping: {"*": "*"}',
    );

    const taken = ['gpt-1', 'gpt-2', 'gpt-3', 'gpt-4', 'gpt-5', 'gpt-6'].flatMap((model) =>
      take(registry.routeOf(model), 1),
    );

    expect(taken.join('')).toBe('abaaba');
    expect(registry.routeOf('gpt-7')).toBe(registry.routeOf('gpt-8'));
    expect(registry.routeOf('other')).not.toBe(registry.routeOf('gpt-8'));
  });

  it('names what mappings spell out, sorted and without doubles', () => {
    const registry = registryOf(
      'name: a, model_mapping: {b: m1, a: m1, "c*": m1}',
      'name: b, model_mapping: {b: m2}',
      'name: c',
    );

    expect(registry.modelNames).toStrictEqual(['a', 'b']);
    expect(registry.spellsOut('a')).toBe(true);
    expect(registry.spellsOut('c1')).toBe(false);
  });

  describe('with other providers', () => {
    const lines = ['name: a, weight: 2, model_mapping: {x: m1, y: m1}', 'name: b', 'name: c'];
    const [a, b, c, d] = registryOf(...lines, 'name: d, model_mapping: {z: m1}').providers;

    function those(...some: readonly (Provider | undefined)[]): readonly Provider[] {
      return some.filter((provider) => provider !== undefined);
    }

    it('routes to these', () => {
      const registry = new ProviderRegistry(those(a, b));

      registry.replace(those(c, d));

      expect(registry.providers).toStrictEqual([c, d]);
      expect(registry.modelNames).toStrictEqual(['z']);
      expect(registry.routeOf('x')?.providers).toStrictEqual([c]);
      expect(registry.routeOf('z')?.providers).toStrictEqual([c, d]);
    });

    it('keeps the turns of a model that the same providers serve', () => {
      const registry = new ProviderRegistry(those(a, b));
      const taken = [...take(registry.routeOf('x'), 1), ...take(registry.routeOf('other'), 1)];

      registry.replace(those(a, b, d));
      taken.push(...take(registry.routeOf('x'), 2), ...take(registry.routeOf('other'), 2));

      expect(taken.join('')).toBe('ab' + 'ba' + 'bb');
    });

    it('begins anew for a model that others serve now', () => {
      const registry = new ProviderRegistry(those(a, b));
      take(registry.routeOf('x'), 1);
      take(registry.routeOf('other'), 1);

      registry.replace(those(a, c));

      expect(take(registry.routeOf('x'), 3).join('')).toBe('aca');
      expect(take(registry.routeOf('other'), 2).join('')).toBe('cc');
    });

    it('leaves a route that somebody holds as it was', () => {
      const registry = new ProviderRegistry(those(a, b));
      const route = registry.routeOf('x');

      registry.replace(those(d));

      expect(take(route, 3).join('')).toBe('aba');
      expect(registry.routeOf('x')).toBeUndefined();
    });
  });
});
