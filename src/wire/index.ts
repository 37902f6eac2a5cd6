export { applyEdits, type Edit, inOrder } from './edits.js';
export { JsonCursor } from './json-cursor.js';
export { jsonString } from './json-text.js';
export { splice, type Span } from './splice.js';
export type { SseEvent } from './sse-event.js';
export { SseLimitError } from './sse-limit-error.js';
export { SseReader } from './sse-reader.js';
