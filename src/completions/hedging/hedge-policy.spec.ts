import { describe, expect, it } from '@jest/globals';
import { type AnswerKind, HedgePolicy } from './hedge-policy.js';

function policy(after: 'p95' | number, requests = 100): HedgePolicy {
  const hedging = new HedgePolicy({ after, maxRatio: 0.05 });
  for (let count = 0; count < requests; count += 1) {
    hedging.recordRequest();
  }
  return hedging;
}

const STREAM = { model: 'm', streamed: true };
const WHOLE = { model: 'm', streamed: false };

function observeMany(hedging: HedgePolicy, kind: AnswerKind, duration: number): void {
  for (let count = 0; count < 20; count += 1) {
    hedging.observe(kind, duration);
  }
}

describe('HedgePolicy', () => {
  it('waits for the time that is configured', () => {
    expect(policy(2000).delayFor(STREAM)).toBe(2000);
  });

  it('waits for what 95 of 100 answers of the model took, once that is known', () => {
    const hedging = policy('p95');
    expect(hedging.delayFor(STREAM)).toBeUndefined();

    for (let count = 1; count <= 100; count += 1) {
      hedging.observe(STREAM, count * 10);
    }

    expect(hedging.delayFor(STREAM)).toBe(960);
    expect(hedging.delayFor({ ...STREAM, model: 'other' })).toBeUndefined();
  });

  it('does not take the time of a whole answer for that of the first content of a stream', () => {
    const hedging = policy('p95');
    observeMany(hedging, STREAM, 300);
    expect(hedging.delayFor(WHOLE)).toBeUndefined();

    observeMany(hedging, WHOLE, 20_000);

    expect(hedging.delayFor(STREAM)).toBe(300);
    expect(hedging.delayFor(WHOLE)).toBe(20_000);
  });

  it('hedges no more than its part of the requests', () => {
    const hedging = policy(0, 39);
    expect(hedging.hasLeft).toBe(true);

    hedging.take();

    expect(hedging.hasLeft).toBe(false);
  });

  it('measures a bounded number of models', () => {
    const hedging = policy('p95');
    for (let index = 0; index < 1500; index += 1) {
      observeMany(hedging, { ...STREAM, model: `m${index}` }, 5);
    }

    expect(hedging.delayFor({ ...STREAM, model: 'm999' })).toBe(5);
    expect(hedging.delayFor({ ...STREAM, model: 'm1000' })).toBeUndefined();
  });
});
