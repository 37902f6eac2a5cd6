import { closest, distance } from 'fastest-levenshtein';
import { z } from 'zod';

/**
 * A mapping that takes exactly these keys. For unknown keys its message has one line each, in the
 * order of the issue's `keys`: what to write instead.
 */
export function section<Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
): z.ZodObject<Shape, z.core.$strict> {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => suggestKey(key, known)).join('\n')
        : 'must be a mapping of keys to values',
  });
}

/** @returns what to write in place of an unknown key: the nearest known one, else all of them */
export function suggestKey(unknown: string, known: readonly string[]): string {
  const nearest = closest(unknown.toLowerCase(), known);
  return distance(unknown.toLowerCase(), nearest) <= nearEnough(unknown)
    ? `did you mean ${nearest}?`
    : `known here: ${known.join(', ')}`;
}

/** A third of the letters may differ: enough for `apiKey` and `wieght`, too little for chance. */
function nearEnough(key: string): number {
  return Math.max(1, Math.ceil(key.length / 3));
}
