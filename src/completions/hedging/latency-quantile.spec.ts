import { describe, expect, it } from '@jest/globals';
import { LatencyQuantile } from './latency-quantile.js';

function quantileOf(durations: readonly number[], fraction = 0.95): LatencyQuantile {
  const quantile = new LatencyQuantile(fraction);
  for (const duration of durations) {
    quantile.observe(duration);
  }
  return quantile;
}

describe('LatencyQuantile', () => {
  it('says nothing of too few measurements', () => {
    expect(quantileOf(Array.from({ length: 19 }, () => 5)).value).toBeUndefined();
  });

  it('is what that part of them lies below, in whatever order they came', () => {
    const durations = Array.from({ length: 100 }, (_, index) => ((index * 37) % 100) + 1);

    expect(quantileOf(durations).value).toBe(96);
    expect(quantileOf(durations, 0.5).value).toBe(51);
  });

  it('goes by the latest 128', () => {
    const old = Array.from({ length: 200 }, () => 9000);
    const latest = Array.from({ length: 128 }, () => 10);

    expect(quantileOf([...old, ...latest]).value).toBe(10);
  });
});
