import { accepted, refused, type Reading } from '../reading.js';
import { PLACEHOLDER, setting, type Setting } from '../setting.js';
import { isHeaderName } from './headers.js';

/** What keeps requests at one provider; a header's name is lower-cased. */
export type AffinitySetting =
  | { readonly kind: 'none' }
  | { readonly kind: 'user' }
  | { readonly kind: 'header'; readonly name: string };

const HEADER = /^header\s+(?<name>\S+)$/;

/** `none`, `user`, or `header` and its name, in any case. */
export function affinity(): Setting<AffinitySetting> {
  return setting(
    {
      title: 'none, user, or header and its name',
      anyOf: [
        { enum: ['none', 'user'] },
        { type: 'string', pattern: '^header +\\S+$' },
        PLACEHOLDER,
      ],
    },
    readAffinity,
  );
}

function readAffinity(written: unknown): Reading<AffinitySetting> {
  const words = typeof written === 'string' ? written.trim().toLowerCase() : '';
  if (words === 'none' || words === 'user') {
    return accepted({ kind: words });
  }
  const name = HEADER.exec(words)?.groups?.['name'];
  return name !== undefined && isHeaderName(name)
    ? accepted({ kind: 'header', name })
    : refused({
        message: 'must be none, user, or header and its name',
        remedy: 'write header x-session-id',
        showsValue: true,
      });
}
