import { describe, expect, it } from '@jest/globals';
import type { HealthSnapshot } from '../providers/index.js';
import { type OverviewedProvider, overviewOf } from './overview.js';

const DATE = Date.UTC(2026, 0, 2, 3, 4, 5);
const WELL: HealthSnapshot = { state: 'closed', wait: 0, models: [] };

function provider(
  name: string,
  weight: number,
  snapshot: Partial<HealthSnapshot> = {},
): OverviewedProvider {
  return { name, weight, health: { snapshot: () => ({ ...WELL, ...snapshot }) } };
}

describe('overviewOf', () => {
  it("has the seed's form, and the state of each provider", () => {
    expect(overviewOf([provider('a', 2), provider('b', 1)], true, DATE)).toStrictEqual({
      status: 'ok',
      providers: 2,
      provider_info: [
        { name: 'a', weight: 2, probability: '66.7%', state: 'closed' },
        { name: 'b', weight: 1, probability: '33.3%', state: 'closed' },
      ],
    });
  });

  it('says until when a provider is out', () => {
    const overview = overviewOf([provider('a', 1, { state: 'open', wait: 5000 })], true, DATE);

    expect(overview.provider_info).toMatchObject([
      { state: 'open', out_until: '2026-01-02T03:04:10.000Z' },
    ]);
  });

  it('says that models are out alone, but not which', () => {
    const models = [
      { model: 'secret-name', state: 'closed', wait: 0, cooling: 2000 },
      { model: 'other-name', state: 'open', wait: 3000, cooling: 0 },
    ] as const;

    const overview = overviewOf([provider('a', 1, { models })], true, DATE);

    expect(overview.provider_info[0]?.models_out).toStrictEqual([
      { state: 'closed', out_until: '2026-01-02T03:04:07.000Z' },
      { state: 'open', out_until: '2026-01-02T03:04:08.000Z' },
    ]);
    expect(JSON.stringify(overview)).not.toMatch(/secret-name|other-name/);
  });

  it('says until when a model is out only where that is still to come', () => {
    const models = [{ model: 'm', state: 'half_open', wait: 0, cooling: 0 }] as const;

    const overview = overviewOf([provider('a', 1, { models })], true, DATE);

    expect(overview.provider_info[0]?.models_out).toStrictEqual([{ state: 'half_open' }]);
  });

  it('says that the proxy shuts down', () => {
    const overview = overviewOf([provider('a', 7)], false, DATE);

    expect(overview.status).toBe('shutting_down');
    expect(overview.provider_info[0]?.probability).toBe('100.0%');
  });

  it('tells nothing else of a provider', () => {
    const told = { ...provider('a', 1), api_key: 'sk-1', location: 'http://up' };

    expect(JSON.stringify(overviewOf([told], true, DATE))).not.toMatch(/sk-1|http/);
  });
});
