import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { expandText } from './expand-text.js';

const environment = { KEY: 'value', EMPTY: '', TRICK: '${KEY}', _X1: 'x' };

describe('expandText', () => {
  it.each([
    ['${KEY}', 'value'],
    ['a ${KEY} b ${_X1}', 'a value b x'],
    ['${KEY:-other}', 'value'],
    ['${KEY:other}', 'value'],
    ['${NOPE:-other}', 'other'],
    ['${NOPE:other}', 'other'],
    ['${EMPTY:-other}', 'other'],
    ['${EMPTY:other}', 'other'],
    ['${EMPTY}', ''],
    ['${NOPE:-}', ''],
    ['${NOPE:}', ''],
    ['${NOPE:-http://host:80/a-b}', 'http://host:80/a-b'],
    ['$${KEY}', '${KEY}'],
    ['$$${KEY}', '$${KEY}'],
    ['$KEY $ $$ {KEY}', '$KEY $ $$ {KEY}'],
    ['${TRICK}', '${KEY}'],
    ['', ''],
  ])('makes %s into %s', (text, expected) => {
    expect(expandText(text, environment).text).toBe(expected);
  });

  it('names the variable that is not set', () => {
    expect(() => expandText('x${NOPE}', environment)).toThrow(
      'the environment variable NOPE is not set',
    );
  });

  it.each(['toString', '__proto__', 'constructor'])('knows no variable %s', (name) => {
    expect(() => expandText(`\${${name}}`, environment)).toThrow('is not set');
  });

  it.each([
    '${',
    '${}',
    '${KEY',
    '${1KEY}',
    '${KEY-x}',
    '${KEY?x}',
    '${ KEY }',
    '${NOPE:-${KEY}}',
    '${KEY:-$${}',
  ])('refuses the malformed %s without repeating it', (text) => {
    expect(() => expandText(text, environment)).toThrow(/^holds a \$\{ that is not a variable$/);
  });

  it('tells which variables are in the text, but not those whose default was used', () => {
    expect(expandText('${KEY}${_X1}${NOPE:-d}${EMPTY:-d}', environment).variables).toStrictEqual([
      'KEY',
      '_X1',
    ]);
  });

  const name = fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,8}$/);
  const plain = fc.string().map((text) => text.replaceAll('$', ''));

  it('leaves any text without a dollar sign as it is', () => {
    fc.assert(
      fc.property(plain, (text) => {
        expect(expandText(text, {})).toStrictEqual({ text, variables: [] });
      }),
    );
  });

  it('puts any value in, whatever it holds, and never expands it again', () => {
    fc.assert(
      fc.property(plain, name, fc.string(), plain, (before, variable, value, after) => {
        const text = `${before}\${${variable}}${after}`;
        expect(expandText(text, { [variable]: value }).text).toBe(before + value + after);
      }),
    );
  });

  const fallback = fc.string().map((text) => text.replaceAll(/[$}]/g, '').replace(/^-/, ''));

  it('uses a default when the variable is unset or empty', () => {
    fc.assert(
      fc.property(name, fc.constantFrom('', undefined), fallback, (key, value, other) => {
        expect(expandText(`\${${key}:-${other}}`, { [key]: value }).text).toBe(other);
        expect(expandText(`\${${key}:${other}}`, { [key]: value }).text).toBe(other);
      }),
    );
  });

  it('uses no default when the variable holds something', () => {
    fc.assert(
      fc.property(name, fc.string({ minLength: 1 }), fallback, (key, value, other) => {
        expect(expandText(`\${${key}:-${other}}`, { [key]: value }).text).toBe(value);
        expect(expandText(`\${${key}:${other}}`, { [key]: value }).text).toBe(value);
      }),
    );
  });

  it('gives back any text whose every ${ is escaped', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('$', '{', '}', 'A', ':', '-', '${A}', 'é')), (parts) => {
        const text = parts.join('');
        expect(
          expandText(
            text.replaceAll('${', () => '$${'),
            {},
          ).text,
        ).toBe(text);
      }),
    );
  });
});
