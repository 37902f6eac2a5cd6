import { NO_BYTES } from './no-bytes.js';

/**
 * One event of a stream. The reader has one such object and fills it anew for each event, so it is
 * good for the length of the call that hands it out; the bytes it shows are never written to and
 * may be kept.
 */
export interface SseEvent {
  /** The whole event with its blank line is `bytes` from `start` to `end`; lines end with LF. */
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  /**
   * The payload is `dataBytes` from `dataStart` to `dataEnd`. With one `data` line this is a range
   * of `bytes` itself; several are joined by LF in a copy.
   */
  readonly dataBytes: Uint8Array;
  readonly dataStart: number;
  readonly dataEnd: number;
  /** How many `data` lines the event has; 0 for one of comments and other fields alone. */
  readonly dataLines: number;
  /** False for a rest that the stream ended in before its blank line. */
  readonly terminated: boolean;
}

/** The reader's own side of an event. */
export class MutableEvent implements SseEvent {
  bytes: Uint8Array = NO_BYTES;
  start = 0;
  end = 0;
  dataBytes: Uint8Array = NO_BYTES;
  dataStart = 0;
  dataEnd = 0;
  dataLines = 0;
  terminated = true;
}
