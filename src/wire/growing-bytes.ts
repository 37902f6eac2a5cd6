/** Room made at least, bytes: an ordinary event fits. */
const SMALLEST = 512;

/** Bytes that arrive piece by piece. Room doubles, so that the copying stays linear. */
export class GrowingBytes {
  #room: Buffer = Buffer.alloc(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Copies `bytes` from `start` to `end` behind what is there. */
  append(bytes: Buffer, start: number, end: number): void {
    const length = this.#length + end - start;
    if (length > this.#room.length) {
      this.#grow(Math.max(length, this.#room.length * 2, SMALLEST));
    }
    bytes.copy(this.#room, this.#length, start, end);
    this.#length = length;
  }

  /** Gives the bytes away and starts anew; what was given is never written to again. */
  take(): Buffer {
    const bytes = this.#room.subarray(0, this.#length);
    this.#room = Buffer.alloc(0);
    this.#length = 0;
    return bytes;
  }

  #grow(size: number): void {
    const room = Buffer.allocUnsafe(size);
    this.#room.copy(room, 0, 0, this.#length);
    this.#room = room;
  }
}
