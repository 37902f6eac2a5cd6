import { describe, expect, it } from '@jest/globals';
import { formatPath, valueAt, writtenProviders } from './document-path.js';

describe('formatPath', () => {
  it.each([
    [['providers', 1, 'weight'], 'providers[1].weight'],
    [['providers', 0, 'model_mapping', 'claude-4.5'], 'providers[0].model_mapping["claude-4.5"]'],
    [['a\nb'], '["a\\nb"]'],
    [[], ''],
  ])('writes %j as %s', (path, written) => {
    expect(formatPath(path)).toBe(written);
  });
});

describe('valueAt', () => {
  it('follows keys and indexes', () => {
    expect(valueAt({ list: [{ key: 'here' }] }, ['list', 0, 'key'])).toBe('here');
  });

  it('gives undefined past the end, and for what an object inherits', () => {
    expect(valueAt({ list: 1 }, ['list', 0, 'key'])).toBeUndefined();
    expect(valueAt({}, ['toString'])).toBeUndefined();
  });
});

describe('writtenProviders', () => {
  it('keeps the indexes when an entry is not a mapping', () => {
    expect(writtenProviders({ providers: [null, { name: 'b' }] })).toStrictEqual([
      {},
      { name: 'b' },
    ]);
  });

  it('gives none when there is no list', () => {
    expect(writtenProviders({ providers: 'x' })).toStrictEqual([]);
  });
});
