import { describe, expect, it } from '@jest/globals';
import { overviewOf } from './overview.js';

describe('overviewOf', () => {
  it("has the seed's form", () => {
    const providers = [
      { name: 'a', weight: 2 },
      { name: 'b', weight: 1 },
    ];

    expect(overviewOf(providers, true)).toStrictEqual({
      status: 'ok',
      providers: 2,
      provider_info: [
        { name: 'a', weight: 2, probability: '66.7%' },
        { name: 'b', weight: 1, probability: '33.3%' },
      ],
    });
  });

  it('says that the proxy shuts down', () => {
    const overview = overviewOf([{ name: 'a', weight: 7 }], false);

    expect(overview.status).toBe('shutting_down');
    expect(overview.provider_info[0]?.probability).toBe('100.0%');
  });

  it('tells nothing else of a provider', () => {
    const provider = { name: 'a', weight: 1, api_key: 'sk-1', location: 'http://up' };

    expect(JSON.stringify(overviewOf([provider], true))).not.toMatch(/sk-1|http/);
  });
});
