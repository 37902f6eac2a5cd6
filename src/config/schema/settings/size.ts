import { accepted, refused, type Reading } from '../reading.js';
import { PLACEHOLDER, setting, type Setting } from '../setting.js';
import { readQuantity, type Units } from './quantity.js';

const UNITS: Units = new Map([
  ['b', 1],
  ['kb', 1024],
  ['mb', 1024 ** 2],
  ['gb', 1024 ** 3],
]);

const LARGEST = 1024 ** 3;

/** A size in bytes, written as `512kb` or `32mb` (1kb = 1024 bytes); a bare number is bytes. */
export function size(): Setting<number> {
  const pattern = `^[\\d.]+ *([kmgKMG]?[bB])?$|${PLACEHOLDER.pattern}`;
  return setting(
    {
      title: 'size',
      anyOf: [
        { type: 'integer', minimum: 1 },
        { type: 'string', pattern },
      ],
    },
    readSize,
  );
}

function readSize(written: unknown): Reading<number> {
  const bytes = readQuantity(written, UNITS, 'b');
  return bytes >= 1 && bytes <= LARGEST
    ? accepted(bytes)
    : refused({
        message: 'must be a size from 1 byte to 1gb',
        remedy: 'write 32mb, 512kb or a number of bytes',
        showsValue: true,
      });
}
