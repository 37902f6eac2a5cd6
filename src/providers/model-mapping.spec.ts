import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ModelMapping } from './model-mapping.js';

function mappingOf(rules: Readonly<Record<string, string>>): ModelMapping {
  return new ModelMapping(new Map(Object.entries(rules)));
}

/** The rules as the documentation states them, tried one by one. */
function naiveMap(rules: ReadonlyMap<string, string>, model: string): string | undefined {
  if (rules.size === 0) {
    return model;
  }
  if (!model.endsWith('*') && rules.has(model)) {
    return rules.get(model);
  }
  for (let length = model.length; length >= 0; length -= 1) {
    const target = rules.get(`${model.slice(0, length)}*`);
    if (target !== undefined) {
      return target.replace(/\*$/, () => model.slice(length));
    }
  }
  return undefined;
}

describe('ModelMapping', () => {
  it('passes every name through without rules', () => {
    const mapping = mappingOf({});

    expect(mapping.map('anything')).toBe('anything');
    expect(mapping.passesAll).toBe(true);
  });

  it.each([
    [{}, [], true],
    [{ a: 'b', c: 'b' }, ['b'], false],
    [{ a: 'b', 'x-*': 'one', 'y-*': 'two-*' }, ['b', 'one'], true],
    [{ 'x-*': 'one' }, ['one'], false],
  ])('knows what its provider may be asked for: %j', (rules, targets, isOpenEnded) => {
    const mapping = mappingOf(rules);

    expect([...mapping.targets]).toStrictEqual(targets);
    expect(mapping.isOpenEnded).toBe(isOpenEnded);
  });

  it('serves just what its rules name', () => {
    const mapping = mappingOf({ a: 'b' });

    expect(mapping.map('a')).toBe('b');
    expect(mapping.map('b')).toBeUndefined();
    expect(mapping.map('A')).toBeUndefined();
    expect(mapping.passesAll).toBe(false);
  });

  it.each([
    ['gpt-4o', 'exact'],
    ['gpt-4o-mini', 'longer/-mini'],
    ['gpt-4', 'shorter/4'],
    ['gpt-', 'shorter/'],
    ['claude', 'rest'],
    ['', 'rest'],
  ])('takes an exact name, then the longest wildcard: %s', (model, sent) => {
    const mapping = mappingOf({
      '*': 'rest',
      'gpt-*': 'shorter/*',
      'gpt-4o*': 'longer/*',
      'gpt-4o': 'exact',
    });

    expect(mapping.map(model)).toBe(sent);
  });

  it.each(['$&', "$'", '$1', '*'])('passes the rest of a name on as it is: %s', (rest) => {
    expect(mappingOf({ 'a*': 'b*' }).map(`a${rest}`)).toBe(`b${rest}`);
  });

  it.each(['__proto__', 'constructor', 'toString'])('knows no name by accident: %s', (model) => {
    expect(mappingOf({ a: 'b' }).map(model)).toBeUndefined();
  });

  it('agrees with a naive reading of the rules', () => {
    const name = fc.string({ unit: fc.constantFrom('a', 'b', '-'), maxLength: 4 });
    const wildcard = name.map((prefix) => `${prefix}*`);
    const rule = fc.oneof(
      fc.tuple(name.filter(Boolean), name.filter(Boolean)),
      fc.tuple(wildcard, fc.oneof(wildcard, name.filter(Boolean))),
    );
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 8 }), name, (entries, model) => {
        const rules = new Map(entries);

        expect(new ModelMapping(rules).map(model)).toBe(naiveMap(rules, model));
      }),
      { numRuns: 1000 },
    );
  });

  it('names what clients may ask for, wildcards left out', () => {
    expect(mappingOf({ b: 'x', 'c*': 'y', a: 'z' }).names).toStrictEqual(['b', 'a']);
  });

  it.each<[object, string | undefined]>([
    [{}, undefined],
    [{ 'gpt-*': 'gpt-*' }, undefined],
    [{ 'gpt-*': 'gpt-*', a: 'b', c: 'd' }, 'b'],
    [{ '*': 'llama3' }, 'llama3'],
    [{ '*': 'llama3', a: 'b' }, 'b'],
  ])('finds a model to test among %j: %s', (rules, target) => {
    expect(mappingOf(rules as Record<string, string>).firstTarget()).toBe(target);
  });
});
