import { JsonCursor } from './json-cursor.js';
import { NO_BYTES } from './no-bytes.js';

const cursor = new JsonCursor();

/** @returns whether `bytes` from `start` to `end` are one JSON document; UTF-8 is not checked */
export function isJson(bytes: Uint8Array, start = 0, end = bytes.length): boolean {
  const valid = cursor.reset(bytes, start, end).atEnd();
  // a large body must not live on because it was the last one looked at
  cursor.reset(NO_BYTES);
  return valid;
}
