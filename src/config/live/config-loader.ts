import { statSync } from 'node:fs';
import { ConfigError } from '../config-error.js';
import { loadConfig, type LoadOptions } from '../load-config.js';
import type { ProxyConfig } from '../proxy-config.js';
import { FileSnapshot, type FileTexts } from '../read/file-snapshot.js';

/** What a configuration was read from. */
export interface ConfigFiles {
  /** Absolute path of the YAML file. */
  readonly path: string;
  readonly texts: FileTexts;
}

/** Reads the configuration, at the start and as often as its files change. */
export class ConfigLoader {
  #files = new FileSnapshot();
  /** The file that was found; undefined as long as it was none of the user's. */
  #found: string | undefined;
  #given: FileTexts | undefined;

  constructor(private readonly options: Omit<LoadOptions, 'files'>) {}

  /** The files that the last `load` read, or missed, whether it succeeded or not. */
  get files(): FileSnapshot {
    return this.#files;
  }

  /** Whether it reads the files itself, and so must be told when they change. */
  get readsFiles(): boolean {
    return this.#given === undefined;
  }

  /** What the last `load` has read, for the `give` of another process. */
  get read(): ConfigFiles {
    return { path: this.#found ?? '', texts: this.#files.texts };
  }

  /** From now on it goes by these and reads no file: another process does. */
  give({ path, texts }: ConfigFiles): void {
    this.#found = path;
    this.#given = texts;
  }

  /**
   * Looks for a file only until one was found: when that one goes away later, another one, or the
   * demo, which has no master key, must not quietly take its place.
   *
   * @throws ConfigError with everything that is wrong with it
   */
  load(): ProxyConfig {
    this.#files = new FileSnapshot(this.#given);
    if (this.#found !== undefined && this.readsFiles) {
      refusePipe(this.#found);
    }
    const file = this.#found ?? this.options.file;
    const config = loadConfig({ ...this.options, file, files: this.#files });
    if (!config.source.demo) {
      this.#found = config.source.path;
    }
    return config;
  }
}

/** A pipe gave its text at the start; to open it again could wait for ever. */
function refusePipe(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined || found.isFile() || found.isDirectory()) {
    return;
  }
  const message = 'is a pipe or a device, which can be read only once';
  const remedy = 'restart the proxy to change its configuration';
  throw new ConfigError([{ file: path, path: '', message, remedy }]);
}
