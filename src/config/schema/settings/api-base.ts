import { accepted, refused, type Reading } from '../reading.js';
import { setting, type Setting } from '../setting.js';
import { readText } from './text.js';
import { hasCredentials, readWebUrl } from './web-url.js';

/** The URL that a provider's endpoints hang under; given back without a slash at its end. */
export function apiBase(): Setting<string> {
  return setting({ title: 'http(s) URL', type: 'string' }, readApiBase);
}

function readApiBase(written: unknown): Reading<string> {
  const reading = readText(written);
  if (!reading.accepted) {
    return reading;
  }
  const url = readWebUrl(reading.value);
  if (url === undefined) {
    return refused({ message: 'must be a URL that starts with http:// or https://' });
  }
  if (hasCredentials(url)) {
    return refused({ message: 'must hold no user or password', remedy: 'use api_key or headers' });
  }
  if (/[?#]/.test(reading.value)) {
    return refused({ message: 'must have no query (?) and no fragment (#)' });
  }
  const base = url.href.replace(/\/+$/, '');
  if (base.endsWith('/chat/completions')) {
    return refused({
      message: 'must be the base of all endpoints',
      remedy: 'leave out /chat/completions: https://api.example.com/v1',
    });
  }
  return accepted(base);
}
