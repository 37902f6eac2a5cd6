/** A range of bytes: from `start` to before `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Replaces each span of `bytes`, without copying any of them.
 * @param spans - in order, not overlapping
 * @returns the pieces of the result in order: views of `bytes`, and `replacement` itself
 */
export function splice(
  bytes: Uint8Array,
  spans: readonly Span[],
  replacement: Uint8Array,
): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let position = 0;
  for (const span of spans) {
    if (span.start > position) {
      pieces.push(bytes.subarray(position, span.start));
    }
    pieces.push(replacement);
    position = span.end;
  }
  if (position < bytes.length) {
    pieces.push(position === 0 ? bytes : bytes.subarray(position));
  }
  return pieces;
}
