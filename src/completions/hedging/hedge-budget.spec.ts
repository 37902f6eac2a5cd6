import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { HedgeBudget } from './hedge-budget.js';

function budgetAfter(requests: number, ratio: number): HedgeBudget {
  const budget = new HedgeBudget(ratio);
  for (let count = 0; count < requests; count += 1) {
    budget.recordRequest();
  }
  return budget;
}

function takeAll(budget: HedgeBudget): number {
  let taken = 0;
  while (budget.hasLeft) {
    budget.take();
    taken += 1;
  }
  return taken;
}

describe('HedgeBudget', () => {
  it('has nothing before enough requests have come', () => {
    expect(budgetAfter(19, 0.05).hasLeft).toBe(false);
    expect(budgetAfter(20, 0.05).hasLeft).toBe(true);
  });

  it('hedges no more than its part of the requests', () => {
    expect(takeAll(budgetAfter(100, 0.05))).toBe(5);
  });

  it('hedges every request, if it may', () => {
    const budget = new HedgeBudget(1);
    for (let count = 0; count < 50; count += 1) {
      budget.recordRequest();
      expect(takeAll(budget)).toBe(1);
    }
  });

  it('hedges none, if it may not', () => {
    expect(budgetAfter(10_000, 0).hasLeft).toBe(false);
  });

  it.each([
    [0.0001, 1],
    [0.05, 10],
    [1, 200],
  ])('of %d saves up no more than %d, however long none was needed', (ratio, hedges) => {
    const budget = budgetAfter(100_000, ratio);

    expect(takeAll(budget)).toBe(hedges);
    expect(budget.hasLeft).toBe(false);
  });

  it('keeps to its part whenever hedges are taken, and gives all of it in the long run', () => {
    const ratio = fc.double({ min: 0.01, max: 1, noNaN: true });
    const wishes = fc.array(fc.boolean(), { minLength: 1, maxLength: 500 });

    fc.assert(
      fc.property(ratio, wishes, (part, isWished) => {
        const eager = new HedgeBudget(part);
        const choosy = new HedgeBudget(part);
        let [requests, eagerly, choosily] = [0, 0, 0];
        for (const wished of isWished) {
          requests += 1;
          eager.recordRequest();
          choosy.recordRequest();
          eagerly += takeAll(eager);
          choosily += wished ? takeAll(choosy) : 0;

          const share = requests * part;
          expect(choosily).toBeLessThanOrEqual(share + 1e-6);
          expect(eagerly).toBeLessThanOrEqual(share + 1e-6);
          expect(eagerly).toBeGreaterThan(share - 1 - 1e-6);
        }
      }),
    );
  });
});
