import { accepted, refused, type Reading } from '../reading.js';
import { setting, type Setting } from '../setting.js';

// What a header can carry as clients and servers agree on it: RFC 9110, 5.5, without obs-text.
const HEADER_TEXT = /^[\t\u0020-\u007e]*$/;

/** A key that travels in a header; white space around it is dropped, a blank one is none. */
export function keyText(): Setting<string | undefined> {
  return setting({ title: 'secret text', type: 'string' }, readHeaderText);
}

/** The key of our own clients: a bearer token, which has no white space (RFC 6750, 2.1). */
export function bearerKey(): Setting<string | undefined> {
  return setting({ title: 'secret text', type: 'string' }, readBearerKey);
}

function readBearerKey(written: unknown): Reading<string | undefined> {
  const reading = readHeaderText(written);
  return reading.accepted && reading.value !== undefined && /\s/.test(reading.value)
    ? refused({ message: 'must hold no white space: no client could send it as a bearer token' })
    : reading;
}

/** @returns the text, or undefined for a blank one */
export function readHeaderText(written: unknown): Reading<string | undefined> {
  if (typeof written !== 'string') {
    return refused({ message: 'must be text', remedy: 'put it in quotes' });
  }
  const trimmed = written.trim();
  if (!HEADER_TEXT.test(trimmed)) {
    return refused({ message: 'must be one line of printable ASCII characters' });
  }
  return accepted(trimmed === '' ? undefined : trimmed);
}
