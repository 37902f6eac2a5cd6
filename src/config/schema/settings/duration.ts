import { accepted, refused, type Reading } from '../reading.js';
import { PLACEHOLDER, setting, type Setting } from '../setting.js';
import { readQuantity, type Units } from './quantity.js';

const UNITS: Units = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
]);

/** The longest a timer runs, in ms: setTimeout counts in 32 bits, and fires at once past them. */
const LONGEST = 2 ** 31 - 1;

/**
 * A time in ms, written as `500ms`, `30s`, `2m`, `1h`; a bare number is seconds.
 *
 * @param options.zero whether 0 is a time too, and what it stands for
 */
export function duration({ zero }: { readonly zero: boolean }): Setting<number> {
  const pattern = `^[\\d.]+ *(ms|s|m|h)?$|${PLACEHOLDER.pattern}`;
  return setting(
    {
      title: 'duration',
      anyOf: [
        zero ? { type: 'number', minimum: 0 } : { type: 'number', exclusiveMinimum: 0 },
        { type: 'string', pattern },
      ],
    },
    (written) => readDuration(written, zero),
  );
}

/** @param zero whether 0 is a time too */
export function readDuration(written: unknown, zero: boolean): Reading<number> {
  const milliseconds = readQuantity(written, UNITS, 's');
  if (Number.isNaN(milliseconds)) {
    return refused({
      message: 'must be a duration',
      remedy: 'write 500ms, 30s, 2m or 1h; a bare number is seconds',
      showsValue: true,
    });
  }
  if (milliseconds > LONGEST) {
    return refused({ message: 'must be at most 24.8 days', showsValue: true });
  }
  if (milliseconds === 0 && !zero) {
    return refused({ message: 'must be longer than nothing', showsValue: true });
  }
  return accepted(milliseconds);
}
