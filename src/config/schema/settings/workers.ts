import { accepted, refused, type Reading } from '../reading.js';
import { PLACEHOLDER, setting, type Setting } from '../setting.js';

/** How many processes serve: a number of them, or one for each core that may be used. */
export type Workers = number | 'auto';

/** More than any machine has use for: each is a whole proxy, with its memory and its connections. */
const MAXIMUM = 64;

const NUMBER = /^\d+$/;

/** A whole number from 1, or `auto`. */
export function workers(): Setting<Workers> {
  return setting(
    {
      title: 'whole number or auto',
      anyOf: [
        { enum: ['auto'] },
        { type: 'integer', minimum: 1, maximum: MAXIMUM },
        { type: 'string', pattern: `^\\d+$|${PLACEHOLDER.pattern}` },
      ],
    },
    readWorkers,
  );
}

function readWorkers(written: unknown): Reading<Workers> {
  const text = typeof written === 'number' ? String(written) : written;
  if (typeof text === 'string') {
    const word = text.trim().toLowerCase();
    if (word === 'auto') {
      return accepted('auto');
    }
    if (NUMBER.test(word) && Number(word) >= 1 && Number(word) <= MAXIMUM) {
      return accepted(Number(word));
    }
  }
  return refused({
    message: `must be a whole number from 1 to ${MAXIMUM}, or auto`,
    remedy: 'auto is one for each core',
    showsValue: true,
  });
}
