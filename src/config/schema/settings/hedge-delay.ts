import { PLACEHOLDER, setting, type Setting } from '../setting.js';
import { accepted, refused, type Reading } from '../reading.js';
import { readDuration } from './duration.js';

/** How long to wait before a second provider is asked: in ms, or as long as most answers take. */
export type HedgeDelay = 'p95' | number;

/** A duration, or `p95`. */
export function hedgeDelay(): Setting<HedgeDelay> {
  return setting(
    {
      title: 'p95 or a duration',
      anyOf: [
        { enum: ['p95'] },
        { type: 'number', exclusiveMinimum: 0 },
        { type: 'string', pattern: `^[\\d.]+ *(ms|s|m|h)?$|${PLACEHOLDER.pattern}` },
      ],
    },
    readHedgeDelay,
  );
}

function readHedgeDelay(written: unknown): Reading<HedgeDelay> {
  if (typeof written === 'string' && written.trim().toLowerCase() === 'p95') {
    return accepted('p95');
  }
  const reading = readDuration(written, false);
  return reading.accepted
    ? reading
    : refused({ message: 'must be p95, or a duration such as 2s', showsValue: true });
}
