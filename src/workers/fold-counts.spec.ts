import { describe, expect, it } from '@jest/globals';
import { foldCounts } from './fold-counts.js';
import type { MetricSnapshot } from './metric-snapshot.js';

function metricOf(
  type: string,
  values: MetricSnapshot['values'],
  name = `a_${type}`,
): MetricSnapshot {
  return { name, help: 'help', type, aggregator: 'sum', values };
}

describe('foldCounts', () => {
  it('adds a counter to what was kept, series by series', () => {
    const kept = [metricOf('counter', [{ labels: { model: 'm', status: 200 }, value: 2 }])];
    const ended = [
      metricOf('counter', [
        { labels: { status: 200, model: 'm' }, value: 3 },
        { labels: { status: 500, model: 'm' }, value: 1 },
      ]),
    ];

    const [{ values } = metricOf('none', [])] = foldCounts(kept, ended);

    expect(values.map(({ value }) => value)).toStrictEqual([5, 1]);
  });

  it('keeps the parts of a histogram apart', () => {
    const histogram = metricOf('histogram', [
      { metricName: 'h_bucket', labels: { le: '+Inf' }, value: 1 },
      { metricName: 'h_sum', labels: {}, value: 0.5 },
      { metricName: 'h_count', labels: {}, value: 1 },
    ]);

    const [folded] = foldCounts([histogram], [histogram]);

    expect(folded?.values.map(({ metricName, value }) => [metricName, value])).toStrictEqual([
      ['h_bucket', 2],
      ['h_sum', 1],
      ['h_count', 2],
    ]);
  });

  it('forgets what a gauge showed', () => {
    expect(foldCounts([], [metricOf('gauge', [{ labels: {}, value: 1 }])])).toStrictEqual([]);
  });

  it('keeps what only one of them has counted', () => {
    const one = metricOf('counter', [{ labels: {}, value: 1 }], 'one_total');
    const other = metricOf('counter', [{ labels: {}, value: 2 }], 'other_total');

    expect(foldCounts([one], [other])).toStrictEqual([one, other]);
  });
});
