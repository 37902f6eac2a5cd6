import { accepted, refused, type Reading } from '../reading.js';
import { setting, type Setting } from '../setting.js';
import { readText } from './text.js';
import { readWebUrl } from './web-url.js';

/** How to reach a provider: `direct`, `environment`, or the URL of a proxy. */
export function proxyRoute(): Setting<string> {
  return setting({ title: 'direct, environment or an http(s) URL', type: 'string' }, (written) => {
    const reading = readText(written);
    if (!reading.accepted) {
      return reading;
    }
    return ['direct', 'environment'].includes(reading.value)
      ? reading
      : readProxyUrl(reading.value);
  });
}

/** @returns the URL of an HTTP proxy; it may hold a user and a password */
export function readProxyUrl(text: string): Reading<string> {
  const url = readWebUrl(text);
  return url?.pathname !== '/' || /[?#]/.test(text)
    ? refused({
        message: 'must be direct, environment, or the http(s) URL of a proxy, without path',
      })
    : accepted(url.href);
}
