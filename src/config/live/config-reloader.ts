import type { Clock } from '../../clock/index.js';
import { ConfigError, type ConfigProblem } from '../config-error.js';
import type { ConfigLoader } from './config-loader.js';
import type { ConfigObserver } from './config-observer.js';
import { FileWatch } from './file-watch.js';
import { keepUntilRestart } from './keep-until-restart.js';
import type { LiveConfig } from './live-config.js';

/**
 * Takes a changed configuration into use, in one step and whole, or not at all: when its files
 * change, and when it is told to.
 */
export class ConfigReloader {
  readonly #watch: FileWatch;
  #isRunning = false;

  /** @param loader - undefined when the configuration is in no file, as in tests: nothing happens */
  constructor(
    private readonly live: LiveConfig,
    private readonly loader: ConfigLoader | undefined,
    private readonly observers: readonly ConfigObserver[],
    clock: Clock,
  ) {
    this.#watch = new FileWatch(clock, () => {
      this.reload();
    });
  }

  /** Begins to watch the files that the loader has read. */
  start(): void {
    if (this.loader !== undefined) {
      this.#isRunning = true;
      this.#follow(this.loader);
    }
  }

  /** From now on nothing changes any more. */
  stop(): void {
    this.#isRunning = false;
    this.#watch.stop();
  }

  /** Reads the files, changed or not, and tells the observers what became of it. */
  reload(): void {
    if (this.loader === undefined || !this.#isRunning) {
      return;
    }
    const announce = this.#tryReload(this.loader);
    // Refused or not: what is there now is not tried again before it changes.
    this.#follow(this.loader);
    for (const observer of this.observers) {
      announce(observer);
    }
  }

  #follow(loader: ConfigLoader): void {
    if (loader.readsFiles) {
      this.#watch.follow(loader.files);
    }
  }

  #tryReload(loader: ConfigLoader): (observer: ConfigObserver) => void {
    try {
      const previous = this.live.current;
      const { config, changed, waiting } = keepUntilRestart(loader.load(), previous);
      this.live.replace(config);
      return (observer) => {
        observer.configReloaded({ config, changed, waiting });
      };
    } catch (error) {
      const problems = this.#problemsOf(error);
      return (observer) => {
        observer.configRefused(problems);
      };
    }
  }

  #problemsOf(error: unknown): readonly ConfigProblem[] {
    if (error instanceof ConfigError) {
      return error.problems;
    }
    // Somebody could not make ready for it. The words of such an error may repeat a value.
    const name = Error.isError(error) ? error.name : typeof error;
    const file = this.live.current.source.path;
    return [{ file, path: '', message: `cannot be taken into use (${name})`, remedy: '' }];
  }
}
