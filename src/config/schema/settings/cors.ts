import { accepted, refused, type Reading } from '../reading.js';
import { PLACEHOLDER, setting, type Setting } from '../setting.js';
import { readBoolean } from './boolean.js';

/** No origin, any, or these: as RFC 6454 writes them, lower-cased, without a slash at the end. */
export type CorsSetting = false | { readonly origins: '*' | readonly string[] };

// Beside http(s), the schemes of browser extensions and desktop shells (tauri://localhost).
const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^\s/?#@,*]+\/?$/;

const ANY: CorsSetting = { origins: '*' };

/** `"*"`, `false`, or origins: a list, or one string with commas between them. */
export function cors(): Setting<CorsSetting> {
  return setting(
    {
      title: '"*", false or origins',
      anyOf: [
        { enum: ['*', false, true] },
        { type: 'array', items: { type: 'string' }, minItems: 1 },
        { type: 'string', pattern: `://|${PLACEHOLDER.pattern}` },
      ],
    },
    readCors,
  );
}

function readCors(written: unknown): Reading<CorsSetting> {
  const toggle = readBoolean(written);
  if (toggle.accepted) {
    return accepted(toggle.value ? ANY : false);
  }
  const origins = listOf(written);
  if (origins.length === 1 && origins[0] === '*') {
    return accepted(ANY);
  }
  return origins.length > 0 && origins.every((origin) => ORIGIN.test(origin))
    ? accepted({ origins: [...new Set(origins.map((origin) => origin.replace(/\/$/, '')))] })
    : refused({
        message: 'must be "*", false, or a list of origins',
        remedy: 'an origin has no path: https://app.example.com',
      });
}

function listOf(written: unknown): readonly string[] {
  const items: readonly unknown[] =
    typeof written === 'string' ? written.split(',') : asArray(written);
  return items.map((item) => (typeof item === 'string' ? item.trim().toLowerCase() : ''));
}

function asArray(written: unknown): readonly unknown[] {
  return Array.isArray(written) ? written : [];
}
