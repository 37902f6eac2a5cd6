import type { SseEvent } from '../../wire/index.js';
import { isFields } from './tracks.js';

/** A choice of a chunk, with what it is known by. */
export interface ChunkChoice {
  readonly index: number;
  readonly fields: Record<string, unknown>;
  readonly isFinished: boolean;
}

/** One chunk of a stream, parsed. */
export interface Chunk {
  readonly fields: Record<string, unknown>;
  readonly choices: readonly ChunkChoice[];
}

/** @returns the event's data as text */
export function dataOf({ dataBytes, dataStart, dataEnd }: SseEvent): string {
  return Buffer.from(
    dataBytes.buffer,
    dataBytes.byteOffset + dataStart,
    dataEnd - dataStart,
  ).toString();
}

/** @returns the chunk that `data` writes; undefined when it is none, as `[DONE]` */
export function parseChunk(data: string): Chunk | undefined {
  const fields = parse(data);
  if (!isFields(fields)) {
    return undefined;
  }
  const { choices } = fields;
  return {
    fields,
    choices: (Array.isArray(choices) ? choices : []).filter(isFields).map((choice) => ({
      index: typeof choice['index'] === 'number' ? choice['index'] : 0,
      fields: choice,
      isFinished: typeof choice['finish_reason'] === 'string' && choice['finish_reason'] !== '',
    })),
  };
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
