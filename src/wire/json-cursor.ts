import {
  CARRIAGE_RETURN,
  CLOSING_BRACE,
  CLOSING_BRACKET,
  COLON,
  COMMA,
  DIGIT_NINE,
  LINE_FEED,
  OPENING_BRACE,
  OPENING_BRACKET,
  QUOTE,
  SPACE,
  TAB,
} from './ascii.js';
import { escapedKeyEquals } from './escaped-key.js';
import { literalEnd } from './json-literal.js';
import { numberEnd } from './json-number.js';
import { StringScanner } from './json-string-scanner.js';
import { Nesting } from './nesting.js';
import { NO_BYTES } from './no-bytes.js';

/** Stands for "no byte here" wherever a byte is returned. */
const NONE = -1;

/**
 * Walks over the bytes of one JSON document (RFC 8259) in a single pass and checks it on the way:
 * its verdict is that of `JSON.parse`. It allocates nothing per value and does not recurse, so
 * depth is bounded by the document alone. Whether the bytes are UTF-8 is the caller's question.
 *
 * The cursor stands at a value after `reset`, `nextMember` and `nextElement`; there the caller
 * enters it or skips it. A value that is neither entered nor skipped is skipped by the next call.
 * A container that was entered is read until `nextMember` or `nextElement` says false. The
 * document is valid when `atEnd()` says true in the end:
 *
 * ```ts
 * cursor.reset(bytes);
 * if (cursor.enterObject()) {
 *   while (cursor.nextMember()) {
 *     if (cursor.keyEquals(MODEL)) {
 *       cursor.skipValue(); // its span is now valueStart to valueEnd
 *     }
 *   }
 * }
 * const valid = cursor.atEnd();
 * ```
 */
export class JsonCursor {
  readonly #strings = new StringScanner();
  readonly #nesting = new Nesting();
  #bytes: Uint8Array = NO_BYTES;
  #position = 0;
  #end = 0;
  #failed = true;
  /** True where a value is due and has been neither entered nor skipped. */
  #atValue = false;
  /** True behind an opening brace or bracket: no comma is due before what follows. */
  #opened = false;
  /** Containers that were entered and have not been closed. */
  #depth = 0;
  #keyStart = 0;
  #keyEnd = 0;
  #keyEscaped = false;
  #valueStart = 0;
  #valueEnd = 0;

  /** Whether a syntax error was seen; every method then returns false. */
  get failed(): boolean {
    return this.#failed;
  }

  /** Where the cursor stands; after a failure, where the token at fault begins. */
  get position(): number {
    return this.#position;
  }

  /** Position of the first byte of the value last skipped. */
  get valueStart(): number {
    return this.#valueStart;
  }

  /** Position behind the last byte of the value last skipped. */
  get valueEnd(): number {
    return this.#valueEnd;
  }

  /**
   * First byte of the value the cursor stands at: one of `{ [ " t f n - 0…9` in a valid document;
   * -1 where the cursor stands at no value.
   */
  get valueByte(): number {
    return this.#atValue ? this.#byte() : NONE;
  }

  /**
   * Starts on the document in `bytes` from `start` to `end`. The positions that the cursor gives
   * are positions in `bytes`.
   */
  reset(bytes: Uint8Array, start = 0, end = bytes.length): this {
    this.#strings.reset(bytes);
    this.#bytes = bytes;
    this.#position = start;
    this.#end = end;
    this.#depth = 0;
    this.#opened = false;
    this.#atValue = this.#skipWhitespace() !== NONE;
    this.#failed = !this.#atValue;
    return this;
  }

  /** Enters the object the cursor stands at; false, and nothing changed, where there is none. */
  enterObject(): boolean {
    return this.#enter(OPENING_BRACE);
  }

  /** Enters the array the cursor stands at; false, and nothing changed, where there is none. */
  enterArray(): boolean {
    return this.#enter(OPENING_BRACKET);
  }

  /**
   * Goes to the next member of the object, reading its key.
   * @returns true when the cursor stands at the member's value; false when the object is closed,
   *   or on failure
   */
  nextMember(): boolean {
    return this.#advance(CLOSING_BRACE) && this.#readKey();
  }

  /**
   * Goes to the next element of the array.
   * @returns true when the cursor stands at the element; false when the array is closed, or on
   *   failure
   */
  nextElement(): boolean {
    if (!this.#advance(CLOSING_BRACKET)) {
      return false;
    }
    this.#atValue = true;
    return true;
  }

  /**
   * Compares the key that `nextMember` just read.
   * @param name - plain ASCII, without a quote or a backslash
   */
  keyEquals(name: Uint8Array): boolean {
    const length = name.length;
    const start = this.#keyStart;
    if (this.#keyEscaped) {
      return !this.#failed && escapedKeyEquals(this.#bytes, start - 1, this.#keyEnd + 1, name);
    }
    if (this.#keyEnd - start !== length || this.#failed) {
      return false;
    }
    for (let index = 0; index < length; index += 1) {
      if (this.#bytes[start + index] !== name[index]) {
        return false;
      }
    }
    return true;
  }

  /**
   * Checks and skips the whole value the cursor stands at, and notes its span.
   * @returns false on failure, and where the cursor stands at no value
   */
  skipValue(): boolean {
    const start = this.#position;
    const byte = this.valueByte;
    const skipped =
      byte === OPENING_BRACE || byte === OPENING_BRACKET
        ? this.#skipContainer()
        : this.#atValue && this.#skipScalar(byte);
    if (skipped) {
      this.#valueStart = start;
      this.#valueEnd = this.#position;
    }
    return skipped;
  }

  /**
   * To be asked when the top value has been read.
   * @returns true when nothing but whitespace is left, so that the document is valid; anything else
   *   is a failure
   */
  atEnd(): boolean {
    if (this.#failed || (this.#atValue && !this.skipValue())) {
      return false;
    }
    return (this.#depth === 0 && this.#skipWhitespace() === NONE) || this.#fail();
  }

  #enter(opening: number): boolean {
    if (this.valueByte !== opening) {
      return false;
    }
    this.#position += 1;
    this.#depth += 1;
    this.#atValue = false;
    this.#opened = true;
    return true;
  }

  /** Goes over the comma to where the next member or element begins; false at the closing byte. */
  #advance(closing: number): boolean {
    if (this.#failed || (this.#atValue && !this.skipValue())) {
      return false;
    }
    const byte = this.#skipWhitespace();
    if (byte === closing) {
      this.#position += 1;
      this.#depth -= 1;
      this.#opened = false;
      return false;
    }
    if (this.#opened) {
      this.#opened = false;
      return true;
    }
    if (byte !== COMMA) {
      return this.#fail();
    }
    this.#position += 1;
    this.#skipWhitespace();
    return true;
  }

  #readKey(): boolean {
    if (this.#byte() !== QUOTE) {
      return this.#fail();
    }
    const start = this.#position + 1;
    const end = this.#strings.skip(start, this.#end);
    if (end === NONE) {
      return this.#fail();
    }
    this.#keyStart = start;
    this.#keyEnd = end - 1;
    this.#keyEscaped = this.#strings.escaped;
    this.#position = end;
    if (this.#skipWhitespace() !== COLON) {
      return this.#fail();
    }
    this.#position += 1;
    this.#skipWhitespace();
    this.#atValue = true;
    return true;
  }

  #skipScalar(byte: number): boolean {
    const end = this.#scalarEnd(byte);
    if (end === NONE) {
      return this.#fail();
    }
    this.#position = end;
    this.#atValue = false;
    return true;
  }

  #scalarEnd(byte: number): number {
    if (byte === QUOTE) {
      return this.#strings.skip(this.#position + 1, this.#end);
    }
    if (byte <= DIGIT_NINE) {
      return numberEnd(this.#bytes, this.#position, this.#end);
    }
    return literalEnd(this.#bytes, this.#position, this.#end);
  }

  #skipContainer(): boolean {
    const nesting = this.#nesting;
    const keyStart = this.#keyStart;
    const keyEnd = this.#keyEnd;
    const keyEscaped = this.#keyEscaped;
    nesting.clear();
    do {
      if (this.enterObject()) {
        nesting.push(true);
      } else if (this.enterArray()) {
        nesting.push(false);
      } else if (!this.#skipScalar(this.valueByte)) {
        return false;
      }
      // on to the next value, out of every container that ends before it
      while (nesting.depth > 0 && !(nesting.inObject ? this.nextMember() : this.nextElement())) {
        if (this.#failed) {
          return false;
        }
        nesting.pop();
      }
    } while (nesting.depth > 0);
    this.#keyStart = keyStart;
    this.#keyEnd = keyEnd;
    this.#keyEscaped = keyEscaped;
    return true;
  }

  /** @returns the byte that the whitespace ends at; -1 at the end of the document */
  #skipWhitespace(): number {
    const byte = this.#byte();
    return byte > SPACE ? byte : this.#skipSpaces();
  }

  #skipSpaces(): number {
    let byte = this.#byte();
    while (byte === SPACE || byte === LINE_FEED || byte === CARRIAGE_RETURN || byte === TAB) {
      this.#position += 1;
      byte = this.#byte();
    }
    return byte;
  }

  /** The byte the cursor stands at; -1 at the end of the document. */
  #byte(): number {
    return this.#position < this.#end ? (this.#bytes[this.#position] ?? NONE) : NONE;
  }

  #fail(): false {
    this.#failed = true;
    this.#atValue = false;
    return false;
  }
}
