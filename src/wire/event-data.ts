import { COLON, LINE_FEED, SPACE } from './ascii.js';
import type { MutableEvent } from './sse-event.js';

/** `data`, the one field name that matters here. */
const FIELD = Buffer.from('data');

/**
 * Finds the payload of an event (WHATWG HTML, section 9.2.6): the values of its `data` lines, each
 * without one leading space, joined by LF.
 * @param bytes - holds the event; its lines end with LF
 * @param event - has its range set; gets its payload
 */
export function readData(bytes: Buffer, event: MutableEvent): void {
  event.dataBytes = bytes;
  event.dataStart = event.start;
  event.dataEnd = event.start;
  event.dataLines = 0;
  let lineStart = event.start;
  while (lineStart < event.end) {
    const lineEnd = findLineEnd(bytes, lineStart, event.end);
    const value = valueStart(bytes, lineStart, lineEnd);
    if (value !== -1) {
      event.dataLines += 1;
      event.dataStart = value;
      event.dataEnd = lineEnd;
    }
    lineStart = lineEnd + 1;
  }
  if (event.dataLines > 1) {
    joinLines(bytes, event);
  }
}

/** As `readData`, for an event that is one line and its blank line: nothing is searched. */
export function readSingleLine(bytes: Buffer, event: MutableEvent): void {
  const lineEnd = event.end - 2;
  const value = valueStart(bytes, event.start, lineEnd);
  event.dataBytes = bytes;
  event.dataStart = value === -1 ? event.start : value;
  event.dataEnd = value === -1 ? event.start : lineEnd;
  event.dataLines = value === -1 ? 0 : 1;
}

function joinLines(bytes: Buffer, event: MutableEvent): void {
  const joined = Buffer.allocUnsafe(event.end - event.start);
  let length = 0;
  let lineStart = event.start;
  while (lineStart < event.end) {
    const lineEnd = findLineEnd(bytes, lineStart, event.end);
    const value = valueStart(bytes, lineStart, lineEnd);
    if (value !== -1) {
      length += bytes.copy(joined, length, value, lineEnd);
      joined[length] = LINE_FEED;
      length += 1;
    }
    lineStart = lineEnd + 1;
  }
  event.dataBytes = joined;
  event.dataStart = 0;
  event.dataEnd = length - 1;
}

function findLineEnd(bytes: Buffer, from: number, end: number): number {
  const lineFeed = bytes.indexOf(LINE_FEED, from);
  return lineFeed === -1 ? end : lineFeed;
}

/** @returns where the value of a `data` line begins; -1 when the line is another */
function valueStart(bytes: Buffer, lineStart: number, lineEnd: number): number {
  const nameEnd = lineStart + FIELD.length;
  if (lineEnd < nameEnd) {
    return -1;
  }
  for (let index = 0; index < FIELD.length; index += 1) {
    if (bytes[lineStart + index] !== FIELD[index]) {
      return -1;
    }
  }
  if (lineEnd === nameEnd) {
    return nameEnd;
  }
  if (bytes[nameEnd] !== COLON) {
    return -1;
  }
  return nameEnd + 1 < lineEnd && bytes[nameEnd + 1] === SPACE ? nameEnd + 2 : nameEnd + 1;
}
