import { isMapping } from '../document-path.js';
import { Secret } from '../secret.js';

/**
 * @returns whether two settings, or whole parts of a configuration, mean the same. Secrets are
 * compared by what they hold: a key that was exchanged in the environment has the same origin.
 */
export function sameValue(left: unknown, right: unknown): boolean {
  if (left instanceof Secret && right instanceof Secret) {
    return left.reveal() === right.reveal();
  }
  if (left instanceof Map && right instanceof Map) {
    return sameValue([...left], [...right]);
  }
  if (Array.isArray(left) && Array.isArray(right)) {
    return (
      left.length === right.length && left.every((item, index) => sameValue(item, right[index]))
    );
  }
  if (isPlain(left) && isPlain(right)) {
    const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
    return [...keys].every((key) => sameValue(left[key], right[key]));
  }
  return Object.is(left, right);
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return isMapping(value) && !(value instanceof Secret) && !(value instanceof Map);
}
