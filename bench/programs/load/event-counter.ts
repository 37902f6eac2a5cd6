const LINE_FEED = 0x0a;
const BLANK_LINE = '\n\n';
const DONE = Buffer.from('data: [DONE]\n\n');

/** Counts the events of a stream whose lines end with LF, however the network cuts it. */
export class EventCounter {
  count = 0;
  /** The end of what came so far, long enough to hold the last event. */
  #tail: Buffer = Buffer.alloc(0);

  /** Whether the last thing that came was `[DONE]`. */
  get isDone(): boolean {
    return this.#tail.subarray(-DONE.length).equals(DONE);
  }

  push(chunk: Buffer): void {
    // A blank line may be cut in two.
    if (chunk[0] === LINE_FEED && chunk[1] !== LINE_FEED && this.#tail.at(-1) === LINE_FEED) {
      this.count += 1;
    }
    let position = chunk.indexOf(BLANK_LINE);
    while (position !== -1) {
      this.count += 1;
      position = chunk.indexOf(BLANK_LINE, position + BLANK_LINE.length);
    }
    this.#tail = chunk.length < DONE.length ? Buffer.concat([this.#tail, chunk]) : chunk;
  }
}
