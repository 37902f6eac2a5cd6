import { z } from 'zod';
import { nearest } from './nearest.js';

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
  const meant = nearest(unknown, known);
  return meant === undefined ? `known here: ${known.join(', ')}` : `did you mean ${meant}?`;
}
