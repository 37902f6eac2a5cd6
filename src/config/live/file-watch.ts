import { readFile, stat } from 'node:fs/promises';
import type { Clock, Timer } from '../../clock/index.js';
import { UNREADABLE, digestOf, type FileSnapshot } from '../read/file-snapshot.js';

/** How often the files are looked at, ms. */
const INTERVAL = 1000;

type Digests = ReadonlyMap<string, string>;

/**
 * Notices when files no longer hold what they held. It reads them, once a second and off the main
 * thread, instead of asking the system for events: docs/decisions/ says why.
 */
export class FileWatch {
  #files: FileSnapshot | undefined;
  /** What the last look saw, where that is not what the files held. */
  #seen: Digests | undefined;
  #timer: Timer | undefined;

  /** @param changed - called when the files have changed; it calls `follow` */
  constructor(
    private readonly clock: Clock,
    private readonly changed: () => void,
  ) {}

  /** Watches these files from now on, in place of all others. */
  follow(files: FileSnapshot): void {
    this.#files = files;
    this.#seen = undefined;
    this.#arm();
  }

  stop(): void {
    this.#files = undefined;
    this.#timer?.clear();
  }

  /**
   * Looks at the files once. A change counts when two looks in a row see the same: a file that is
   * still being written, or is gone for a moment while it is replaced, is let be.
   */
  async look(): Promise<void> {
    const files = this.#files;
    if (files === undefined) {
      return;
    }
    const digests = await readAll(files.digests);
    if (files !== this.#files) {
      return;
    }
    if (equal(digests, files.digests)) {
      this.#seen = undefined;
    } else if (this.#seen !== undefined && equal(digests, this.#seen)) {
      this.changed();
    } else {
      this.#seen = digests;
    }
  }

  #arm(): void {
    this.#timer?.clear();
    this.#timer = this.clock.setTimer(INTERVAL, () => {
      void this.#lookAgain();
    });
  }

  async #lookAgain(): Promise<void> {
    await this.look();
    if (this.#files !== undefined) {
      this.#arm();
    }
  }
}

async function readAll(known: Digests): Promise<Digests> {
  const reading = [...known].map(
    async ([path, digest]) => [path, await readDigest(path, digest)] as const,
  );
  return new Map(await Promise.all(reading));
}

/** Opening a pipe would wait for who writes into it, so what is no file counts as unchanged. */
async function readDigest(path: string, known: string): Promise<string> {
  try {
    const isFile = (await stat(path)).isFile();
    return isFile ? digestOf(await readFile(path, 'utf8')) : known;
  } catch {
    return UNREADABLE;
  }
}

function equal(left: Digests, right: Digests): boolean {
  return [...left].every(([path, digest]) => right.get(path) === digest);
}
