import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Nesting } from './nesting.js';

describe('Nesting', () => {
  it('gives back the kinds it was given, last first', () => {
    const nesting = new Nesting();
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 3000, size: 'max' }), (kinds) => {
        nesting.clear();
        for (const kind of kinds) {
          nesting.push(kind);
        }
        expect(nesting.depth).toBe(kinds.length);
        const innermostFirst = kinds.map(() => {
          const { inObject } = nesting;
          nesting.pop();
          return inObject;
        });
        expect(innermostFirst).toStrictEqual(kinds.toReversed());
        expect(nesting.depth).toBe(0);
      }),
      { numRuns: 30 },
    );
  });
});
