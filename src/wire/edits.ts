import type { Span } from './splice.js';

/** A range of bytes and what stands there instead. */
export interface Edit extends Span {
  readonly replacement: Uint8Array;
}

/**
 * Carries out edits, without copying any of `bytes`.
 * @param edits - in any order, not overlapping; of two at one place the earlier stands first
 * @returns the pieces of the result in order: views of `bytes`, and the replacements themselves
 */
export function applyEdits(bytes: Uint8Array, edits: readonly Edit[]): readonly Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let position = 0;
  for (const { start, end, replacement } of inOrder(edits)) {
    pieces.push(bytes.subarray(position, start), replacement);
    position = end;
  }
  pieces.push(bytes.subarray(position));
  return pieces;
}

/** @returns the edits as they follow each other in the bytes */
export function inOrder(edits: readonly Edit[]): readonly Edit[] {
  return edits.toSorted((left, right) => left.start - right.start);
}
