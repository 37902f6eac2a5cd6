import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { expandDocument } from './expand-document.js';
import { parseYaml } from './parse-yaml.js';

describe('expandDocument', () => {
  it('expands string values at any depth, and leaves keys and other values alone', () => {
    const { document } = expandDocument({ '${A}': [{ b: '${A}' }, 1, true] }, { A: 'x' });

    expect(document).toStrictEqual({ '${A}': [{ b: 'x' }, 1, true] });
  });

  it('tells which variables each string holds', () => {
    const { variables } = expandDocument({ list: ['${A}', 'plain'] }, { A: 'x' });

    expect([...variables]).toStrictEqual([['list[0]', ['A']]]);
  });

  it('collects every problem with its place', () => {
    const { problems } = expandDocument({ a: '${NOPE}', b: ['${'] }, {});

    expect(problems.map(({ path }) => path)).toStrictEqual([['a'], ['b', 0]]);
  });

  it('takes a key without a value for a key that is not given', () => {
    expect(expandDocument({ a: null }, {}).document).toStrictEqual({ a: undefined });
  });

  it('never lets a value change the structure', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        expect(expandDocument({ key: '${A}', rest: 1 }, { A: value }).document).toStrictEqual({
          key: value,
          rest: 1,
        });
      }),
    );
  });

  it('keeps a key named __proto__ as data', () => {
    const { document } = expandDocument(JSON.parse('{"__proto__": {"a": "${A}"}}'), { A: 'x' });

    expect(JSON.stringify(document)).toBe('{"__proto__":{"a":"x"}}');
  });

  it('stops at aliases that multiply', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 9; level += 1) {
      const alias = `*a${String(level - 1)}`;
      lines.push(`a${level}: &a${level} [${Array(10).fill(alias).join(', ')}]`);
    }
    const parsed = parseYaml(lines.join('\n'), 'config.yaml');

    expect(expandDocument(parsed, {}).problems[0]?.message).toContain('more than 100000 values');
  });

  it('stops at an alias that holds itself', () => {
    const parsed = parseYaml('a: &x\n  b: *x', 'config.yaml');

    expect(expandDocument(parsed, {}).problems[0]?.message).toContain('more than');
  });
});
