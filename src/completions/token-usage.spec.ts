import { describe, expect, it } from '@jest/globals';
import { mergeUsage, tokenUsageFrom } from './token-usage.js';

describe('tokenUsageFrom', () => {
  it('takes the three counts', () => {
    const usage = { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7, other: 9 };

    expect(tokenUsageFrom(usage)).toStrictEqual({
      promptTokens: 3,
      completionTokens: 4,
      totalTokens: 7,
    });
  });

  it('counts an explicit zero, and invents nothing', () => {
    expect(tokenUsageFrom({ prompt_tokens: 0 })).toStrictEqual({
      promptTokens: 0,
      completionTokens: undefined,
      totalTokens: undefined,
    });
  });

  it.each([
    ['null', null],
    ['a number', 7],
    ['an empty object', {}],
    ['texts', { prompt_tokens: '3' }],
    ['negative counts', { prompt_tokens: -1 }],
    ['counts that no answer can have', { prompt_tokens: 1e308 }],
    ['other counts', { input_tokens: 3 }],
  ])('takes nothing from %s', (_name, value) => {
    expect(tokenUsageFrom(value)).toBeUndefined();
  });

  it('ignores a count that no number can hold', () => {
    expect(tokenUsageFrom(JSON.parse('{"prompt_tokens":1e999,"total_tokens":1}'))).toStrictEqual({
      promptTokens: undefined,
      completionTokens: undefined,
      totalTokens: 1,
    });
  });
});

describe('mergeUsage', () => {
  const usage = (prompt?: number, completion?: number, total?: number): object => ({
    promptTokens: prompt,
    completionTokens: completion,
    totalTokens: total,
  });
  const merge = (earlier?: object, later?: object): unknown =>
    mergeUsage(earlier as never, later as never);

  it.each([
    ['takes what is there first', undefined, usage(1, 2, 3), usage(1, 2, 3)],
    ['keeps what was there', usage(1, 2, 3), undefined, usage(1, 2, 3)],
    ['lets a later count win', usage(1, 2, 3), usage(1, 5, 6), usage(1, 5, 6)],
    ['joins what two chunks say', usage(1), usage(undefined, 5), usage(1, 5)],
    ['keeps a count that a later zero denies', usage(1, 2, 3), usage(0, 0, 0), usage(1, 2, 3)],
    ['takes a zero that nothing contradicts', usage(1), usage(1, 0, 1), usage(1, 0, 1)],
    ['lets a count replace a zero', usage(0, 0, 0), usage(1, 2, 3), usage(1, 2, 3)],
  ])('%s', (_name, earlier, later, expected) => {
    expect(merge(earlier, later)).toStrictEqual(expected);
  });
});
