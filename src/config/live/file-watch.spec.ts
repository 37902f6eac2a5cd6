import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeClock } from '../../../test/support/fake-clock.js';
import { waitFor } from '../../../test/support/waiting.js';
import { FileSnapshot } from '../read/file-snapshot.js';
import { FileWatch } from './file-watch.js';

describe('FileWatch', () => {
  const changed = jest.fn();
  let directory: string;
  let clock: FakeClock;
  let watch: FileWatch;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'llm-proxy-watch-'));
    clock = new FakeClock();
    changed.mockReset();
    watch = new FileWatch(clock, changed);
  });

  afterEach(() => {
    watch.stop();
    rmSync(directory, { recursive: true });
  });

  function pathOf(name: string): string {
    return join(directory, name);
  }

  function write(name: string, text: string): void {
    writeFileSync(pathOf(name), text);
  }

  /** Begins to watch these files, as they are or are not there. */
  function follow(...names: readonly string[]): void {
    const files = new FileSnapshot();
    for (const path of names.map(pathOf)) {
      try {
        files.read(path);
      } catch {
        // It is noted as not there.
      }
    }
    watch.follow(files);
  }

  async function look(times: number): Promise<void> {
    for (let time = 0; time < times; time += 1) {
      await watch.look();
    }
  }

  it('is silent while nothing changes, or changes back', async () => {
    write('a', 'one');
    follow('a', 'none');
    await look(3);

    write('a', 'two');
    await look(1);
    write('a', 'one');
    await look(3);

    expect(changed).not.toHaveBeenCalled();
  });

  it('notices a new text of the same length', async () => {
    write('a', 'one');
    follow('a');

    write('a', 'two');
    await look(2);

    expect(changed).toHaveBeenCalledTimes(1);
  });

  it('notices a change that came before its first look', async () => {
    write('a', 'one');
    const files = new FileSnapshot();
    files.read(pathOf('a'));
    write('a', 'two');
    watch.follow(files);

    await look(2);

    expect(changed).toHaveBeenCalledTimes(1);
  });

  it('lets a file be that is still being written', async () => {
    write('a', 'whole');
    follow('a');

    for (const text of ['', 'ha', 'half', 'half and']) {
      write('a', text);
      await look(1);
    }
    expect(changed).not.toHaveBeenCalled();

    await look(1);

    expect(changed).toHaveBeenCalledTimes(1);
  });

  it('notices a file that comes, and one that goes', async () => {
    write('a', 'one');
    follow('a', '.env');

    write('.env', 'A=1');
    await look(2);
    expect(changed).toHaveBeenCalledTimes(1);

    follow('a', '.env');
    rmSync(pathOf('a'));
    await look(2);

    expect(changed).toHaveBeenCalledTimes(2);
  });

  it('notices a file that an editor puts in place of the old one', async () => {
    write('a', 'one');
    follow('a');

    write('a.new', 'two');
    renameSync(pathOf('a'), pathOf('a~'));
    await look(1);
    renameSync(pathOf('a.new'), pathOf('a'));
    await look(2);
    expect(changed).toHaveBeenCalledTimes(1);

    follow('a');
    write('a.new', 'three');
    renameSync(pathOf('a.new'), pathOf('a'));
    await look(2);

    expect(changed).toHaveBeenCalledTimes(2);
  });

  it('notices the swap of links by which Kubernetes updates a ConfigMap', async () => {
    const publish = (version: string): void => {
      mkdirSync(pathOf(`..${version}`));
      write(`..${version}/config.yaml`, version);
      symlinkSync(`..${version}`, pathOf('..data_tmp'));
      renameSync(pathOf('..data_tmp'), pathOf('..data'));
    };
    publish('one');
    symlinkSync('..data/config.yaml', pathOf('config.yaml'));
    follow('config.yaml');

    publish('two');
    rmSync(pathOf('..one'), { recursive: true });
    await look(2);

    expect(changed).toHaveBeenCalledTimes(1);
    expect(readFileSync(pathOf('config.yaml'), 'utf8')).toBe('two');
  });

  it('opens nothing that is no file', async () => {
    execFileSync('mkfifo', [pathOf('pipe')]);
    mkdirSync(pathOf('directory'));
    const files = new FileSnapshot();
    files.miss(pathOf('pipe'));
    files.miss(pathOf('directory'));
    watch.follow(files);

    await look(3);

    expect(changed).not.toHaveBeenCalled();
  });

  it('looks once a second, for as long as it is not stopped', async () => {
    write('a', 'one');
    follow('a');
    write('a', 'two');

    for (let seconds = 1; changed.mock.calls.length === 0; seconds += 1) {
      expect(seconds).toBeLessThanOrEqual(2);
      expect(clock.pending).toBe(1);
      clock.advance(1000);
      await waitFor(() => clock.pending === 1 || changed.mock.calls.length > 0, 'it has looked');
    }
    watch.stop();

    expect(clock.pending).toBe(0);
  });

  it('says nothing any more once it is stopped, not even of a look under way', async () => {
    write('a', 'one');
    follow('a');
    write('a', 'two');
    await look(1);

    const looking = watch.look();
    watch.stop();
    await looking;

    expect(changed).not.toHaveBeenCalled();
    expect(clock.pending).toBe(0);
  });
});
