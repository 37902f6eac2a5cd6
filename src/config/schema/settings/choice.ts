import { nearest } from '../nearest.js';
import { accepted, refused, type Reading } from '../reading.js';
import { PLACEHOLDER, setting, type Setting } from '../setting.js';

/** One of these words, in any case. */
export function choice<const Word extends string>(
  ...words: readonly [Word, ...Word[]]
): Setting<Word> {
  return setting({ title: words.join(', '), anyOf: [{ enum: words }, PLACEHOLDER] }, (written) =>
    readChoice(written, words),
  );
}

function readChoice<Word extends string>(written: unknown, words: readonly Word[]): Reading<Word> {
  const lowered = typeof written === 'string' ? written.trim().toLowerCase() : '';
  const word = words.find((candidate) => candidate === lowered);
  if (word !== undefined) {
    return accepted(word);
  }
  const meant = nearest(lowered, words);
  return refused({
    message: `must be one of ${words.join(', ')}`,
    remedy: meant === undefined ? '' : `did you mean ${meant}?`,
    showsValue: true,
  });
}
