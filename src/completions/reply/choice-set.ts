/** Indexes below this are bits of one number; nearly no answer has others. */
const BITS = 31;
/** A provider that counts on is making them up: more of the other indexes are not kept. */
const MAX_OTHERS = 10_000;

/** Some of the choices of an answer, by their indexes. To add what is there costs no memory. */
export class ChoiceSet {
  #bits = 0;
  #others: Set<number> | undefined;

  /** How many choices there are. */
  get size(): number {
    let size = this.#others?.size ?? 0;
    for (let bits = this.#bits; bits !== 0; bits &= bits - 1) {
      size += 1;
    }
    return size;
  }

  add(index: number): void {
    if (index >= 0 && index < BITS) {
      this.#bits |= 1 << index;
    } else {
      this.#others ??= new Set();
      if (this.#others.size < MAX_OTHERS) {
        this.#others.add(index);
      }
    }
  }

  addAll(other: ChoiceSet): void {
    this.#bits |= other.#bits;
    other.#others?.forEach((index) => {
      this.add(index);
    });
  }

  clear(): void {
    this.#bits = 0;
    this.#others?.clear();
  }
}
