import { accepted, refused, type Reading } from '../reading.js';
import { PLACEHOLDER, setting, type Setting } from '../setting.js';

const WORDS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['yes', true],
  ['on', true],
  ['false', false],
  ['0', false],
  ['no', false],
  ['off', false],
]);

/** True or false, in any of the words people use for them, in any case. */
export function boolean(): Setting<boolean> {
  return setting(
    {
      title: 'true or false',
      anyOf: [{ type: 'boolean' }, { enum: [0, 1, ...WORDS.keys()] }, PLACEHOLDER],
    },
    readBoolean,
  );
}

export function readBoolean(written: unknown): Reading<boolean> {
  const isWord = ['string', 'number', 'boolean'].includes(typeof written);
  const value = isWord ? WORDS.get(String(written).trim().toLowerCase()) : undefined;
  return value === undefined
    ? refused({
        message: 'must be true or false',
        remedy: 'yes, on, 1 and no, off, 0 are understood too',
        showsValue: true,
      })
    : accepted(value);
}
