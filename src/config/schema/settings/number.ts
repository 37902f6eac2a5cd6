import { accepted, refused, type Reading } from '../reading.js';
import { PLACEHOLDER, setting, type Setting } from '../setting.js';

export interface NumberRange {
  readonly minimum: number;
  readonly maximum: number;
  /** What to do instead, for who goes outside. */
  readonly remedy?: string;
}

const WHOLE = /^[+-]?\d+$/;
const DECIMAL = /^[+-]?(?:\d+(?:\.\d+)?|\.\d+)$/;

/** A whole number; digits in a string, as a variable gives them, are one too. */
export function wholeNumber(range: NumberRange): Setting<number> {
  const { minimum, maximum } = range;
  return setting(
    { title: 'whole number', anyOf: [{ type: 'integer', minimum, maximum }, numberText('^\\d+$')] },
    (written) => readNumber(written, range, WHOLE, 'a whole number'),
  );
}

/** A number that may have decimals. */
export function decimalNumber(range: NumberRange): Setting<number> {
  const { minimum, maximum } = range;
  return setting(
    { title: 'number', anyOf: [{ type: 'number', minimum, maximum }, numberText('^[\\d.]+$')] },
    (written) => readNumber(written, range, DECIMAL, 'a number'),
  );
}

function numberText(pattern: string) {
  return { type: 'string', pattern: `${pattern}|${PLACEHOLDER.pattern}` };
}

function readNumber(
  written: unknown,
  { minimum, maximum, remedy = '' }: NumberRange,
  form: RegExp,
  kind: string,
): Reading<number> {
  const text = typeof written === 'number' ? String(written) : written;
  const value = typeof text === 'string' && form.test(text.trim()) ? Number(text) : Number.NaN;
  return value >= minimum && value <= maximum
    ? accepted(value)
    : refused({
        message: `must be ${kind} from ${minimum} to ${maximum}`,
        remedy,
        showsValue: true,
      });
}
