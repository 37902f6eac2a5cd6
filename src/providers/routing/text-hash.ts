const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/**
 * A 32-bit hash of a text, the same in every process: FNV-1a (Fowler, Noll, Vo; RFC 9923) over its
 * UTF-16 code units, which is quick for short texts, and `mixed`, because FNV-1a alone hardly
 * spreads the last characters. Not for secrets.
 */
export function textHash(text: string): number {
  let hash = FNV_OFFSET;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), FNV_PRIME);
  }
  return mixed(hash);
}

/**
 * The finaliser of MurmurHash3 (Austin Appleby): each bit in changes each bit out with a chance of
 * about one half, and no two numbers become the same one.
 *
 * @returns a whole number from 0 to 2^32 - 1
 */
export function mixed(bits: number): number {
  let hash = bits;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
