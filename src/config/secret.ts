import { inspect } from 'node:util';

const MASK = '[secret]';

/**
 * A value that must not reach a log, an error or a reply: printing, formatting, inspecting or
 * serialising it gives `[secret]`. Only {@link Secret.reveal} gives the value itself.
 */
export class Secret {
  readonly #value: string;

  /** Where the value comes from, fit for printing: `from ${API_KEY_1}` or `in the file`. */
  readonly origin: string;

  constructor(value: string, origin = 'in the file') {
    this.#value = value;
    this.origin = origin;
  }

  /** @returns the value itself; call it where the value is used, and keep it nowhere. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}
