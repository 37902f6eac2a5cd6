import { applyEdits, type Edit, inOrder, type SseEvent } from '../../wire/index.js';
import type { OutputBatch } from '../reply/output-batch.js';
import { otherFields } from '../reply/stream-translator.js';

/**
 * Writes an event with edits in its payload; all other bytes stay.
 *
 * @param edits - of `dataBytes`, in any order, not overlapping
 */
export function appendEdited(batch: OutputBatch, event: SseEvent, edits: readonly Edit[]): void {
  const { bytes, start, end, dataBytes } = event;
  if (bytes !== dataBytes) {
    batch.append(editedOnOneLine(event, edits));
    return;
  }
  let position = start;
  for (const edit of inOrder(edits)) {
    batch.append(bytes, position, edit.start);
    batch.append(edit.replacement);
    position = edit.end;
  }
  batch.append(bytes, position, end);
}

/** In JSON a line break can only be white space, so data of several lines leaves as one. */
function editedOnOneLine(event: SseEvent, edits: readonly Edit[]): Uint8Array {
  const data = Buffer.concat(applyEdits(event.dataBytes.subarray(0, event.dataEnd), edits));
  return Buffer.from(`${otherFields(event)}data: ${data.toString().replaceAll('\n', ' ')}\n\n`);
}
