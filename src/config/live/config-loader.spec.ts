import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigLoader } from './config-loader.js';

const UPSTREAM = 'providers: [{name: a, api_base: "https://up", ca_file: ca.pem}]';

describe('ConfigLoader', () => {
  let workingDirectory: string;

  beforeEach(() => {
    workingDirectory = mkdtempSync(join(tmpdir(), 'llm-proxy-loader-'));
  });

  afterEach(() => {
    rmSync(workingDirectory, { recursive: true });
  });

  function pathOf(name: string): string {
    return join(workingDirectory, name);
  }

  function writeNamed(file: string, name: string): void {
    writeFileSync(pathOf(file), `providers: [{name: ${name}, type: demo}]`);
  }

  function loaderOf(environment: Readonly<Record<string, string>> = {}): ConfigLoader {
    return new ConfigLoader({ environment, workingDirectory });
  }

  it('reads what its file holds each time', () => {
    writeNamed('config.yaml', 'one');
    const loader = loaderOf();
    const before = loader.load();
    writeNamed('config.yaml', 'two');

    const after = loader.load();

    expect([before, after]).toMatchObject([
      { providers: [{ name: 'one' }] },
      { providers: [{ name: 'two' }] },
    ]);
    expect(after.source.hash).toMatch(/^[0-9a-f]{12}$/);
    expect(after.source.hash).not.toBe(before.source.hash);
  });

  it('knows every file that counts, those that are not there included', () => {
    writeFileSync(pathOf('config.yaml'), UPSTREAM);
    const loader = loaderOf();

    expect(() => loader.load()).toThrow('names a file that does not exist');

    expect([...loader.files.digests.keys()]).toStrictEqual(
      ['config.yaml', '.env', 'ca.pem'].map(pathOf),
    );
  });

  it('takes no other file, and no demo, for its own when that goes away', () => {
    writeNamed('config.yaml', 'mine');
    const loader = loaderOf();
    loader.load();
    renameSync(pathOf('config.yaml'), pathOf('gone.yaml'));

    expect(() => loader.load()).toThrow('config.yaml: there is no such file');
  });

  it('finds a file that comes while the demo runs', () => {
    const loader = loaderOf();
    const demo = loader.load();
    expect([...loader.files.digests.keys()]).toContain(pathOf('config.yaml'));
    writeNamed('config.yaml', 'mine');

    const { source, providers } = loader.load();

    expect(demo.source.demo).toBe(true);
    expect(source.demo).toBe(false);
    expect(providers[0]?.name).toBe('mine');
  });

  it('does not wait for a pipe to be written to again', () => {
    writeNamed('config.yaml', 'mine');
    const loader = loaderOf({ CONFIG_PATH: 'config.yaml' });
    loader.load();
    rmSync(pathOf('config.yaml'));
    execFileSync('mkfifo', [pathOf('config.yaml')]);

    expect(() => loader.load()).toThrow('is a pipe or a device, which can be read only once');
  });
});
