import { isIP } from 'node:net';
import { accepted, refused, type Reading } from '../reading.js';
import { setting, type Setting } from '../setting.js';

const HOST_NAME =
  /^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*\.?$/i;

/** An address of this machine to listen on. */
export function host(): Setting<string> {
  return setting({ title: 'IP address or host name', type: 'string' }, readHost);
}

function readHost(written: unknown): Reading<string> {
  const name = typeof written === 'string' ? written.trim() : '';
  return isIP(name) !== 0 || HOST_NAME.test(name)
    ? accepted(name)
    : refused({
        message: 'must be an IP address or a host name, without port or brackets',
        remedy: 'write 0.0.0.0 for every address, 127.0.0.1 for this machine only',
        showsValue: true,
      });
}
