import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Stands for a file that is not there, or cannot be read, where the digest of others stands. */
export const UNREADABLE = '';

/**
 * The files that a configuration was read from, or would have been, as they were at that moment: a
 * digest of each, for their text may hold keys.
 */
export class FileSnapshot {
  readonly #digests = new Map<string, string>();

  /** By absolute path, in the order in which they were read. */
  get digests(): ReadonlyMap<string, string> {
    return this.#digests;
  }

  /**
   * @param path - absolute
   * @returns the file's text
   * @throws the system's error when it cannot be read
   */
  read(path: string): string {
    this.#digests.set(path, UNREADABLE);
    const text = readFileSync(path, 'utf8');
    this.#digests.set(path, digestOf(text));
    return text;
  }

  /** Notes a file that is not there and would be read if it were. */
  miss(path: string): void {
    this.#digests.set(path, UNREADABLE);
  }
}

export function digestOf(text: string): string {
  return hash('sha256', text, 'hex');
}
