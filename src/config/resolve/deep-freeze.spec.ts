import { describe, expect, it } from '@jest/globals';
import { deepFreeze } from './deep-freeze.js';

describe('deepFreeze', () => {
  it('freezes objects, lists and maps at any depth', () => {
    const map = new Map([['key', { inner: 1 }]]);
    const value = deepFreeze({ list: [{ map }] });

    expect(Object.isFrozen(value.list[0])).toBe(true);
    expect(Object.isFrozen(map.get('key'))).toBe(true);
    expect(() => map.set('other', { inner: 2 })).toThrow(TypeError);
    expect(() => map.delete('key')).toThrow(TypeError);
    expect(() => {
      map.clear();
    }).toThrow(TypeError);
  });

  it('gives back the same value', () => {
    const value = { a: 1 };

    expect(deepFreeze(value)).toBe(value);
  });
});
