/**
 * Gathers what is to be written. Ranges that follow each other in one source stay one range, so
 * that a network read which needs no change leaves as it came, uncopied.
 */
export class OutputBatch {
  #pieces: Uint8Array[] = [];
  #source: Uint8Array | undefined;
  #start = 0;
  #end = 0;
  #size = 0;

  get isEmpty(): boolean {
    return this.#source === undefined && this.#pieces.length === 0;
  }

  /** Bytes that were added and not taken yet. */
  get size(): number {
    return this.#size;
  }

  /** Adds `bytes` from `start` to `end`. */
  append(bytes: Uint8Array, start = 0, end = bytes.byteLength): void {
    this.#size += end - start;
    if (bytes === this.#source && start === this.#end) {
      this.#end = end;
      return;
    }
    this.#closeRange();
    this.#source = bytes;
    this.#start = start;
    this.#end = end;
  }

  /** @returns all that was added, as one piece, and begins anew */
  take(): Uint8Array {
    this.#closeRange();
    const pieces = this.#pieces;
    this.#pieces = [];
    this.#size = 0;
    const [only] = pieces;
    return pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces);
  }

  #closeRange(): void {
    if (this.#source !== undefined) {
      this.#pieces.push(this.#source.subarray(this.#start, this.#end));
      this.#source = undefined;
    }
  }
}
