import { describe, expect, it } from '@jest/globals';
import { HedgePolicy } from './hedge-policy.js';

function policy(after: 'p95' | number, requests = 100): HedgePolicy {
  const hedging = new HedgePolicy({ after, maxRatio: 0.05 });
  for (let count = 0; count < requests; count += 1) {
    hedging.recordRequest();
  }
  return hedging;
}

describe('HedgePolicy', () => {
  it('waits for the time that is configured', () => {
    expect(policy(2000).delayFor('m')).toBe(2000);
  });

  it('waits for what 95 of 100 answers of the model took, once that is known', () => {
    const hedging = policy('p95');
    expect(hedging.delayFor('m')).toBeUndefined();

    for (let count = 1; count <= 100; count += 1) {
      hedging.observe('m', count * 10);
    }

    expect(hedging.delayFor('m')).toBe(960);
    expect(hedging.delayFor('other')).toBeUndefined();
  });

  it('hedges no more than its part of the requests', () => {
    const hedging = policy(0, 39);
    expect(hedging.hasLeft).toBe(true);

    hedging.take();

    expect(hedging.hasLeft).toBe(false);
  });

  it('measures a bounded number of models', () => {
    const hedging = policy('p95');
    for (let model = 0; model < 1500; model += 1) {
      for (let count = 0; count < 20; count += 1) {
        hedging.observe(`m${model}`, 5);
      }
    }

    expect(hedging.delayFor('m999')).toBe(5);
    expect(hedging.delayFor('m1000')).toBeUndefined();
  });
});
