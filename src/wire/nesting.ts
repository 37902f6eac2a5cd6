/** Words kept when the stack is cleared: room for 1,024 levels, more than honest documents have. */
const KEPT_WORDS = 32;

/**
 * The containers that are open at one point of a document, innermost last: one bit each, so that
 * even a 32 MB document of nothing but `[` costs 8 MB here and no call stack.
 */
export class Nesting {
  /** A plain array: a typed one costs more to make than most documents cost to read. */
  #words: number[] = [];
  #depth = 0;

  get depth(): number {
    return this.#depth;
  }

  /** Whether the innermost open container is an object; false for an array. */
  get inObject(): boolean {
    const level = this.#depth - 1;
    return (((this.#words[level >>> 5] ?? 0) >>> (level & 31)) & 1) === 1;
  }

  clear(): void {
    this.#depth = 0;
    if (this.#words.length > KEPT_WORDS) {
      this.#words = [];
    }
  }

  push(isObject: boolean): void {
    const level = this.#depth;
    const index = level >>> 5;
    const bit = 1 << (level & 31);
    const word = this.#words[index] ?? 0;
    this.#words[index] = isObject ? word | bit : word & ~bit;
    this.#depth = level + 1;
  }

  pop(): void {
    this.#depth -= 1;
  }
}
