import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../test/support/fake-clock.js';
import { StubUpstream } from '../../test/support/stub-upstream.js';
import { turns } from '../../test/support/waiting.js';
import { type ProxyConfig, parseConfig } from '../config/index.js';
import { ProviderHealth } from './breaker/provider-health.js';
import { Provider } from './provider.js';
import { ProviderSet } from './provider-set.js';
import { RunningRequests } from './running-requests.js';

/** Requests that end when the test says so. */
class HeldRequests extends RunningRequests {
  readonly #waiting: (() => void)[] = [];

  override whenEnded(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  async end(): Promise<void> {
    for (const resolve of this.#waiting.splice(0)) {
      resolve();
    }
    await turns();
  }
}

const A = '{name: a, api_base: "http://a/v1", api_key: "${KEY}"}';
const B = '{name: b, type: demo}';

function configOf(
  providers: string,
  environment: Readonly<Record<string, string>> = { KEY: 'sk-1' },
): ProxyConfig {
  return parseConfig(`providers: [${providers}]`, { environment });
}

/** A set of stub providers, with the names of those that were closed. */
class Stage {
  readonly closed: string[] = [];
  /** The changes of breakers that observers were told of. */
  readonly changes: string[] = [];
  readonly requests = new HeldRequests();
  readonly set: ProviderSet;

  constructor(config: ProxyConfig) {
    this.set = new ProviderSet(
      config,
      (ingredients, announce) => {
        const upstream = new StubUpstream();
        upstream.close = () => {
          this.closed.push(ingredients.config.name);
          return Promise.resolve();
        };
        const health = new ProviderHealth(new FakeClock(), ingredients.breaker, announce);
        return new Provider(ingredients.config, upstream, health);
      },
      this.requests,
      [{ healthChanged: ({ name }, { to }) => this.changes.push(`${name}: ${to}`) }],
    );
  }

  get names(): readonly string[] {
    return this.set.providers.map(({ name }) => name);
  }

  change(config: ProxyConfig): void {
    this.set.prepare(config).commit();
  }
}

/** Opens its breaker at once. */
function fail(provider: Provider | undefined): void {
  provider?.health.begin('m').end('credentials_refused');
}

describe('ProviderSet', () => {
  it('has the providers of the configuration, in its order', () => {
    expect(new Stage(configOf(`${B}, ${A}`)).names).toStrictEqual(['b', 'a']);
  });

  it('keeps a provider whose settings stay the same, wherever it stands', () => {
    const stage = new Stage(configOf(`${A}, ${B}`));
    const [a, b] = stage.set.providers;

    stage.change(configOf(`{name: c, type: demo}, ${B}, ${A}`));

    expect(stage.names).toStrictEqual(['c', 'b', 'a']);
    expect(stage.set.providers[1]).toBe(b);
    expect(stage.set.providers[2]).toBe(a);
  });

  it.each([
    ['a setting', configOf(`${A.replace('}"}', '}", weight: 2}')}, ${B}`)],
    ['its key, in the environment', configOf(`${A}, ${B}`, { KEY: 'sk-2' })],
    ['the proxy to it', configOf(`${A}, ${B}`, { KEY: 'sk-1', HTTP_PROXY: 'http://proxy' })],
  ])('makes a provider anew when %s has changed, and no other', (_what, config) => {
    const stage = new Stage(configOf(`${A}, ${B}`));
    const [a, b] = stage.set.providers;

    stage.change(config);

    expect(stage.names).toStrictEqual(['a', 'b']);
    expect(stage.set.providers[0]).not.toBe(a);
    expect(stage.set.providers[1]).toBe(b);
  });

  it('closes what was replaced or removed, when the requests of before have ended', async () => {
    const stage = new Stage(configOf(`${A}, ${B}`));

    stage.change(configOf(A, { KEY: 'sk-2' }));
    await turns();
    expect(stage.closed).toStrictEqual([]);
    await stage.requests.end();

    expect(stage.closed).toStrictEqual(['a', 'b']);
  });

  it('tells of the breakers of the providers that there are, and of no others', () => {
    const stage = new Stage(configOf(`${A}, ${B}`));
    const [oldA, b] = stage.set.providers;
    stage.change(configOf(`${A}, ${B}`, { KEY: 'sk-2' }));
    const [newA] = stage.set.providers;

    fail(oldA);
    fail(newA);
    fail(b);

    expect(stage.changes).toStrictEqual(['a: open', 'b: open']);
  });

  it('changes nothing before the commit', () => {
    const stage = new Stage(configOf(A));

    const change = stage.set.prepare(configOf(B));

    expect(stage.names).toStrictEqual(['a']);
    expect(change.providers.map(({ name }) => name)).toStrictEqual(['b']);
  });

  it('closes all at the end, each once', async () => {
    const stage = new Stage(configOf(A));
    stage.change(configOf(B));

    await stage.set.close();
    await stage.requests.end();

    expect(stage.closed.toSorted()).toStrictEqual(['a', 'b']);
  });
});
