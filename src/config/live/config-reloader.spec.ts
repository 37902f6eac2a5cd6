import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeClock } from '../../../test/support/fake-clock.js';
import { waitFor } from '../../../test/support/waiting.js';
import type { ConfigProblem } from '../config-error.js';
import { ConfigLoader } from './config-loader.js';
import type { ConfigObserver, ConfigReload } from './config-observer.js';
import { ConfigReloader } from './config-reloader.js';
import { LiveConfig } from './live-config.js';

/** Keeps what it is told. */
class Observer implements ConfigObserver {
  readonly reloads: ConfigReload[] = [];
  readonly refusals: (readonly ConfigProblem[])[] = [];

  get told(): number {
    return this.reloads.length + this.refusals.length;
  }

  configReloaded(reload: ConfigReload): void {
    this.reloads.push(reload);
  }

  configRefused(problems: readonly ConfigProblem[]): void {
    this.refusals.push(problems);
  }
}

const PROVIDERS = 'providers: [{name: a, type: demo}]';

describe('ConfigReloader', () => {
  let workingDirectory: string;
  let clock: FakeClock;
  let observer: Observer;
  let live: LiveConfig;
  let reloader: ConfigReloader;

  beforeEach(() => {
    workingDirectory = mkdtempSync(join(tmpdir(), 'llm-proxy-reload-'));
    write(PROVIDERS);
    const loader = new ConfigLoader({ environment: {}, workingDirectory });
    live = new LiveConfig(loader.load());
    clock = new FakeClock();
    observer = new Observer();
    reloader = new ConfigReloader(live, loader, [observer], clock);
    reloader.start();
  });

  afterEach(() => {
    reloader.stop();
    rmSync(workingDirectory, { recursive: true });
  });

  function write(yaml: string, name = 'config.yaml'): void {
    writeFileSync(join(workingDirectory, name), yaml);
  }

  /** Lets seconds pass, looks at the files included, until the observer was told something. */
  async function untilTold(): Promise<void> {
    const before = observer.told;
    while (observer.told === before) {
      await waitFor(() => clock.pending > 0, 'it looks again');
      clock.advance(1000);
      await waitFor(() => clock.pending > 0 || observer.told > before, 'it has looked');
    }
  }

  it('takes a changed file into use, and says what has changed', async () => {
    write(`${PROVIDERS}\nserver: {port: 1, body_limit: 1mb}`);

    await untilTold();

    expect(live.current.server).toMatchObject({ port: 18_000, bodyLimit: 1_048_576 });
    expect(observer.refusals).toStrictEqual([]);
    expect(observer.reloads).toStrictEqual([
      { config: live.current, changed: ['server.body_limit'], waiting: ['server.port'] },
    ]);
  });

  it('takes the .env file beside it into use too, should there be one', async () => {
    write('LOG_LEVEL=debug', '.env');

    await untilTold();

    expect(live.current.logging.level).toBe('debug');
  });

  it('keeps what it has when the file is wrong, names every mistake, and tries it once', async () => {
    const before = live.current;
    write('providers: []\nserver: {prot: 1}');

    await untilTold();
    for (let seconds = 0; seconds < 3; seconds += 1) {
      await waitFor(() => clock.pending > 0, 'it looks again');
      clock.advance(1000);
    }
    await waitFor(() => clock.pending > 0, 'it looks again');

    expect(live.current).toBe(before);
    expect(observer.reloads).toStrictEqual([]);
    expect(observer.refusals.map((problems) => problems.map(({ path }) => path))).toStrictEqual([
      ['providers', 'server.prot'],
    ]);
  });

  it('takes the file into use once it is right again', async () => {
    write('providers: [');
    await untilTold();
    write('providers: [{name: b, type: demo}]');

    await untilTold();

    expect(live.current.providers[0]?.name).toBe('b');
  });

  it('reads the file when it is told to, changed or not', () => {
    reloader.reload();

    expect(observer.reloads).toMatchObject([{ changed: [], waiting: [] }]);
  });

  it('changes nothing when somebody cannot make ready, and repeats none of its words', () => {
    const before = live.current;
    live.beforeChange(() => {
      throw new TypeError('sk-secret is no key');
    });

    reloader.reload();

    expect(live.current).toBe(before);
    expect(observer.refusals).toMatchObject([
      [{ message: 'cannot be taken into use (TypeError)' }],
    ]);
  });

  it('does nothing any more once it is stopped', () => {
    reloader.stop();

    reloader.reload();

    expect(observer.told).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('does nothing for a configuration that comes from no file', () => {
    const fileless = new ConfigReloader(live, undefined, [observer], new FakeClock());
    fileless.start();

    fileless.reload();

    expect(observer.told).toBe(0);
  });
});
