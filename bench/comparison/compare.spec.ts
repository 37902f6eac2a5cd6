import { describe, expect, it } from '@jest/globals';
import { compareRatios } from './compare.ts';

const CPU = 'json-32/cpuPerRequest';
const THROUGHPUT = 'json-32/requestsPerSecond';

describe('a comparison of two runs', () => {
  it.each([
    ['the same', CPU, [2, 2.01, 2.02], [2.01, 2, 2.02], 'within noise'],
    ['more CPU', CPU, [2, 2.01, 2.02], [2.4, 2.41, 2.42], 'worse'],
    ['less CPU', CPU, [2, 2.01, 2.02], [1.5, 1.51, 1.52], 'better'],
    ['more throughput', THROUGHPUT, [0.5, 0.5, 0.5], [0.6, 0.6, 0.6], 'better'],
    ['less throughput', THROUGHPUT, [0.5, 0.5, 0.5], [0.4, 0.4, 0.4], 'worse'],
  ])('calls %s what it is', (_what, row, before, after, verdict) => {
    const changes = compareRatios({ [row]: before }, { [row]: after });

    expect(changes.map((change) => change.verdict)).toStrictEqual([verdict]);
  });

  it('tells by how much the ratio has changed', () => {
    const [change] = compareRatios({ [CPU]: [2, 2, 2] }, { [CPU]: [3, 3, 3] });

    expect(change?.change).toBe(1.5);
  });

  it('takes for noise what the rounds of both runs scatter by', () => {
    const scattered = [1.6, 1.8, 2, 2.2, 2.4];
    const [change] = compareRatios(
      { [CPU]: scattered },
      { [CPU]: scattered.map((one) => one * 1.3) },
    );

    expect(change?.noise).toBeCloseTo(0.4);
    expect(change?.verdict).toBe('within noise');
  });

  it('is not deceived by one round that something has disturbed', () => {
    const [change] = compareRatios(
      { [CPU]: [2, 2, 2, 2, 9] },
      { [CPU]: [2.4, 2.4, 2.4, 2.4, 2.4] },
    );

    expect(change?.verdict).toBe('worse');
  });

  it.each([
    ['a little more', 1.03],
    ['a little less', 0.97],
  ])('takes %s for noise even where the rounds agree', (_what, factor) => {
    const [change] = compareRatios(
      { [CPU]: [2, 2, 2] },
      { [CPU]: [2, 2, 2].map((one) => one * factor) },
    );

    expect(change?.verdict).toBe('within noise');
  });

  it('says nothing on the word of two rounds', () => {
    const [change] = compareRatios({ [CPU]: [2, 2, 2] }, { [CPU]: [4, 4] });

    expect(change?.verdict).toBe('too few rounds');
  });

  it('leaves out what one of the runs does not have', () => {
    expect(compareRatios({ [CPU]: [2] }, { [THROUGHPUT]: [2] })).toStrictEqual([]);
  });

  it('has each row once', () => {
    const ratios = { 'paced/firstByteMedian': [2, 2, 2] };

    expect(compareRatios(ratios, ratios)).toHaveLength(1);
  });
});
