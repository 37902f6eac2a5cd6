import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Stands for a file that is not there, or cannot be read, where the digest of others stands. */
export const UNREADABLE = '';

/** What files hold, by absolute path; it may be keys. */
export type FileTexts = ReadonlyMap<string, string>;

/** The files that a configuration was read from, or would have been, as they were at that moment. */
export class FileSnapshot {
  readonly #digests = new Map<string, string>();
  readonly #texts = new Map<string, string>();

  /** @param given - what the files hold, for who must not read them; others are not there */
  constructor(private readonly given?: FileTexts) {}

  /** By absolute path, in the order in which they were read. */
  get digests(): ReadonlyMap<string, string> {
    return this.#digests;
  }

  /** What was read, for a process that is to start from the very same. */
  get texts(): FileTexts {
    return this.#texts;
  }

  /**
   * @param path - absolute
   * @returns the file's text
   * @throws the system's error when it cannot be read
   */
  read(path: string): string {
    this.#digests.set(path, UNREADABLE);
    const text = this.given === undefined ? readFileSync(path, 'utf8') : textIn(this.given, path);
    this.#digests.set(path, digestOf(text));
    this.#texts.set(path, text);
    return text;
  }

  /** Notes a file that is not there and would be read if it were. */
  miss(path: string): void {
    this.#digests.set(path, UNREADABLE);
  }
}

function textIn(given: FileTexts, path: string): string {
  const text = given.get(path);
  if (text === undefined) {
    throw Object.assign(new Error('there was no such file'), { code: 'ENOENT' });
  }
  return text;
}

export function digestOf(text: string): string {
  return hash('sha256', text, 'hex');
}
