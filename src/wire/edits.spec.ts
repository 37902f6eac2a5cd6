import { describe, expect, it } from '@jest/globals';
import { applyEdits } from './edits.js';

function apply(text: string, edits: readonly (readonly [number, number, string])[]): string {
  const pieces = applyEdits(
    Buffer.from(text),
    edits.map(([start, end, replacement]) => ({
      start,
      end,
      replacement: Buffer.from(replacement),
    })),
  );
  return Buffer.concat(pieces).toString();
}

describe('applyEdits', () => {
  it('puts each replacement in its place, in whatever order they come', () => {
    expect(
      apply('0123456789', [
        [7, 9, 'later'],
        [0, 1, 'first'],
        [3, 3, 'between'],
      ]),
    ).toBe('first12between3456later9');
  });

  it('keeps the order of two that stand at one place', () => {
    expect(
      apply('ab', [
        [1, 1, '1'],
        [1, 1, '2'],
      ]),
    ).toBe('a12b');
  });

  it('changes nothing without edits', () => {
    expect(apply('ab', [])).toBe('ab');
  });
});
