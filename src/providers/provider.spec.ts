import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../test/support/fake-clock.js';
import { parseConfig } from '../config/index.js';
import { createProviders } from './create-providers.js';
import type { Provider } from './provider.js';

function providersOf(...settings: readonly string[]): Provider[] {
  const lines = settings.map((setting) => `  - {${setting}}`);
  return createProviders(parseConfig(`providers:\n${lines.join('\n')}`), {
    clock: new FakeClock(),
    announce: () => undefined,
  });
}

describe('Provider', () => {
  it('is what its configuration says', () => {
    const [provider] = providersOf(
      'name: a, api_base: "http://up/v1", weight: 3, timeouts: {idle: 7s}, model_mapping: {x: y}',
    );

    expect(provider).toMatchObject({ name: 'a', weight: 3, timeouts: { idle: 7000 } });
    expect(provider?.models.map('x')).toBe('y');
  });

  it('may be the demo model', () => {
    const [provider] = providersOf('name: a, type: demo');

    expect(provider).toMatchObject({ streamUsage: true, secrets: [] });
  });

  it.each([
    ['stream_usage: true', true],
    ['stream_usage: false', false],
  ])('asks for usage in streams as configured: %s', (setting, expected) => {
    const [provider] = providersOf(`name: a, api_base: "http://up", ${setting}`);

    expect(provider?.streamUsage).toBe(expected);
  });

  it('knows the words that must not leave the proxy', () => {
    const [provider] = providersOf(
      'name: a, api_base: "http://up", api_key: sk-0123456789, headers: {x-team-key: tk-0123456789}',
    );

    expect(provider?.secrets).toStrictEqual(['sk-0123456789', 'tk-0123456789']);
  });

  it('knows a credential also without its scheme, as a provider may quote it', () => {
    const [provider] = providersOf(
      'name: a, api_base: "http://up", headers: {Authorization: "Bearer  sk-0123456789"}',
    );

    expect(provider?.secrets).toStrictEqual(['Bearer  sk-0123456789', 'sk-0123456789']);
  });

  it('leaves out headers that hold no credential', () => {
    const [provider] = providersOf(
      'name: a, api_base: "http://up", headers: {OpenAI-Organization: org-0123456789, X-Env: production}',
    );

    expect(provider?.secrets).toStrictEqual([]);
  });

  it('leaves out what is too short to be told from ordinary words', () => {
    const [provider] = providersOf('name: a, api_base: "http://up", api_key: none');

    expect(provider?.secrets).toStrictEqual([]);
  });
});

describe('Provider: its load', () => {
  it('counts the requests that run there', () => {
    const [provider] = providersOf('name: a, api_base: "http://up"');

    const before = provider?.running;
    provider?.requestStarted();
    provider?.requestStarted();
    provider?.requestEnded();

    expect([before, provider?.running]).toStrictEqual([0, 1]);
  });

  it('averages the time to its first token, with what is past counting less', () => {
    const [provider] = providersOf('name: a, api_base: "http://up"');

    const before = provider?.timeToFirstToken;
    provider?.observeFirstToken(100, 1000);
    provider?.observeFirstToken(200, 1000);
    const soon = provider?.timeToFirstToken;
    provider?.observeFirstToken(900, 301_000);
    const later = provider?.timeToFirstToken;

    expect([before, soon]).toStrictEqual([undefined, 150]);
    expect(later).toBeCloseTo(900, 0);
  });
});
