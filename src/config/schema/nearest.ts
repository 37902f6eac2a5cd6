import { closest, distance } from 'fastest-levenshtein';

/** @returns the known word that was probably meant; undefined when none is near */
export function nearest(written: string, known: readonly string[]): string | undefined {
  const lowered = written.toLowerCase();
  // The nearest of nothing is no word.
  const candidate = known.length === 0 ? undefined : closest(lowered, known);
  return candidate !== undefined && distance(lowered, candidate.toLowerCase()) <= slips(written)
    ? candidate
    : undefined;
}

/** A third of the letters may differ: enough for `apiKey` and `wieght`, too little for chance. */
function slips(word: string): number {
  return Math.max(1, Math.ceil(word.length / 3));
}
