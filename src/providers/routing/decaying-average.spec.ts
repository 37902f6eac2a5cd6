import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DecayingAverage } from './decaying-average.js';

const TIME_CONSTANT = 1000;

/** @returns the average after `observations`, each with the ms since the one before */
function averageOf(...observations: readonly (readonly [number, number])[]): number | undefined {
  const average = new DecayingAverage(TIME_CONSTANT);
  let now = 5_000_000;
  for (const [observed, elapsed] of observations) {
    now += elapsed;
    average.observe(observed, now);
  }
  return average.value;
}

describe('DecayingAverage', () => {
  it('is unknown before the first observation, and then that', () => {
    expect(averageOf()).toBeUndefined();
    expect(averageOf([70, 0])).toBe(70);
    expect(averageOf([0, 0])).toBe(0);
  });

  it('weighs an observation by e^(-age / time constant)', () => {
    const half = Math.exp(-0.5);
    const all = 1 / Math.E + half + 1;

    expect(averageOf([100, 0], [200, 500], [400, 500])).toBeCloseTo(
      (100 / Math.E + 200 * half + 400) / all,
      10,
    );
  });

  it('goes 63 % of the way to a new value in the time constant, at a steady rate', () => {
    const steady = (value: number, count: number): [number, number][] =>
      Array.from({ length: count }, () => [value, 1]);
    const average = averageOf(...steady(100, 10 * TIME_CONSTANT), ...steady(200, TIME_CONSTANT));

    expect(average).toBeCloseTo(200 - 100 / Math.E, 1);
  });

  it('is the plain mean of what comes at one time, or is all there is', () => {
    expect(averageOf([100, 0], [200, 0], [600, 0])).toBeCloseTo(300, 10);
    expect(averageOf([9, 0], [100, 1e6], [200, 0])).toBeCloseTo(150, 10);
  });

  it('hardly moves for a single value among many', () => {
    const steady = Array.from({ length: 1000 }, () => [100, 10] as const);

    expect(averageOf(...steady, [1000, 10])).toBeLessThan(110);
  });

  it('forgets what is long past', () => {
    expect(averageOf([100, 0], [200, 100 * TIME_CONSTANT])).toBeCloseTo(200, 10);
  });

  it.each([NaN, Infinity, -Infinity])('ignores %s', (odd) => {
    expect(averageOf([odd, 0])).toBeUndefined();
    expect(averageOf([100, 0], [odd, 500], [200, 500])).toBe(averageOf([100, 0], [200, 1000]));
  });

  it('ignores what is observed at no time', () => {
    const average = new DecayingAverage(TIME_CONSTANT);
    average.observe(5, NaN);

    expect(average.value).toBeUndefined();
  });

  it('lies between the lowest and the highest observed, whatever the clock does', () => {
    const observations = fc.array(
      fc.tuple(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.integer({ min: -10, max: 10_000 })),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(observations, (given) => {
        const values = given.map(([observed]) => observed);
        const average = averageOf(...given) ?? NaN;

        expect(average).toBeGreaterThanOrEqual(Math.min(...values) - 1e-6);
        expect(average).toBeLessThanOrEqual(Math.max(...values) + 1e-6);
      }),
    );
  });
});
