import { accepted, refused, type Reading } from '../reading.js';
import { setting, type Setting } from '../setting.js';

const CONTROL = /\p{Cc}/u;

/** Text on one line, not blank; white space around it is dropped. */
export function text(): Setting<string> {
  return setting({ title: 'text', type: 'string' }, readText);
}

export function readText(written: unknown): Reading<string> {
  if (typeof written !== 'string') {
    return refused({ message: 'must be text', remedy: 'put it in quotes' });
  }
  const trimmed = written.trim();
  if (trimmed === '') {
    return refused({ message: 'is empty' });
  }
  if (CONTROL.test(trimmed)) {
    return refused({ message: 'must be one line without control characters' });
  }
  return accepted(trimmed);
}
