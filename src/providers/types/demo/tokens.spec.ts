import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { answerTokens } from './answer-text.js';
import { countTokens, tokensOf } from './tokens.js';

describe('tokensOf', () => {
  it('cuts before each word', () => {
    expect(tokensOf(' Hello,  big\nworld ')).toStrictEqual([' Hello,', '  big', '\nworld']);
  });

  it('gives the text back when joined, but for trailing space', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', 'ä', '💡', ' ', '\n') }), (text) => {
        expect(tokensOf(text).join('')).toBe(text.trimEnd());
        expect(countTokens(text)).toBe(text.split(/\s+/).filter(Boolean).length);
      }),
    );
  });
});

describe('answerTokens', () => {
  it('has exactly the length that is asked for, and is the same every time', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 300 }), (prompt, length) => {
        const tokens = answerTokens(prompt, length);

        expect(tokens).toHaveLength(length);
        expect(answerTokens(prompt, length)).toStrictEqual(tokens);
        expect(tokensOf(tokens.join(''))).toStrictEqual(tokens);
      }),
    );
  });

  it('repeats what was said, and no more than its beginning', () => {
    const words = Array.from({ length: 100 }, (_, index) => `word${index}`);

    const text = answerTokens(words.join(' '), 60).join('');

    expect(text).toContain(`You said: "${words.slice(0, 12).join(' ')}". This is the demo model`);
    expect(text).not.toContain('word12 ');
  });

  it('introduces itself when nothing was said', () => {
    expect(answerTokens(' \n', 60).join('')).toMatch(/^This is the demo model/);
  });
});
