/**
 * Freezes a value and all it holds; maps lose their means of change too.
 *
 * @returns the same value
 */
export function deepFreeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) {
    return value;
  }
  if (value instanceof Map) {
    // Object.freeze does not reach a map's entries.
    for (const method of ['set', 'delete', 'clear']) {
      Object.defineProperty(value, method, { value: refuseChange });
    }
    for (const item of value.values()) {
      deepFreeze(item);
    }
  }
  Object.freeze(value);
  for (const item of Object.values(value)) {
    deepFreeze(item);
  }
  return value;
}

function refuseChange(): never {
  throw new TypeError('The configuration cannot be changed');
}
