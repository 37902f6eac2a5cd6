import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { waitFor } from '../test/support/waiting.js';
import { runCommandLine } from './command-line.js';

describe('runCommandLine', () => {
  const exit = jest.fn();
  let directory: string;
  let out: string;
  let errors: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'llm-proxy-'));
    out = '';
    errors = '';
    exit.mockReset();
    jest.spyOn(process, 'exit').mockImplementation(exit as unknown as typeof process.exit);
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
      out += String(text);
      return true;
    });
    const write = (text: unknown, done?: unknown): boolean => {
      errors += String(text);
      if (typeof done === 'function') {
        (done as () => void)();
      }
      return true;
    };
    jest.spyOn(process.stderr, 'write').mockImplementation(write);
  });

  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  function fileOf(text: string): string {
    const file = join(directory, 'config.yaml');
    writeFileSync(file, text);
    return file;
  }

  it.each(['--help', '-h'])('explains itself: %s', async (option) => {
    await runCommandLine([option], {});

    expect(out).toMatch(/^Usage: .*--check-config/);
    expect(exit).not.toHaveBeenCalled();
  });

  it.each([
    [['--bogus'], '--bogus'],
    [['--check-config=no'], '--check-config'],
    [['serve'], "Unexpected argument 'serve'"],
    [['--check-config', 'a', 'b'], "Unexpected argument 'b'"],
  ])('refuses %j and says what it knows', async (args, message) => {
    await runCommandLine(args, {});

    expect(errors).toContain(message);
    expect(errors).toContain('Usage:');
    expect(errors).not.toMatch(/^ {4}at /m);
    expect(exit).toHaveBeenCalledWith(1);
  });

  it('prints the JSON schema of the configuration', async () => {
    await runCommandLine(['--print-schema'], {});

    expect(JSON.parse(out)).toMatchObject({ required: ['providers'] });
  });

  it('prints every setting', async () => {
    await runCommandLine(['--print-settings'], {});

    expect(out).toMatch(/^# Configuration\n/);
    expect(out).toContain('`server.port`');
  });

  describe('--check-config', () => {
    const YAML = `providers: [{name: a, api_base: "http://up/v1", api_key: "\${KEY}"}]`;

    it('says what would run, without keys', async () => {
      await runCommandLine(['--check-config', fileOf(YAML)], { KEY: 'sk-secret' });

      expect(out).toContain('a: openai, http://up/v1, key from ${KEY}');
      expect(out).not.toContain('sk-secret');
      expect(out).toMatch(/\n$/);
      expect(exit).not.toHaveBeenCalled();
    });

    it('takes CONFIG_PATH when it is given no file', async () => {
      await runCommandLine(['--check-config'], { KEY: 'sk-secret', CONFIG_PATH: fileOf(YAML) });

      expect(out).toContain(join(directory, 'config.yaml'));
    });

    it('says all that is wrong, and exits with 1', async () => {
      await runCommandLine(['--check-config', fileOf('providers: []\nservr: {}')], {});

      expect(errors.trim().split('\n')).toHaveLength(2);
      expect(errors).toContain('server');
      expect(exit).toHaveBeenCalledWith(1);
    });

    it('says that there is no such file', async () => {
      await runCommandLine(['--check-config', join(directory, 'none.yaml')], {});

      expect(errors).toContain('there is no such file');
      expect(exit).toHaveBeenCalledWith(1);
    });
  });

  describe('without options', () => {
    const QUIET = { LOG_LEVEL: 'silent', HOST: '127.0.0.1' };
    const YAML = 'providers: [{name: a, type: demo}]\nlogging: {format: pretty}';

    it('serves until a signal comes', async () => {
      await runCommandLine([], { ...QUIET, PORT: '0', CONFIG_PATH: fileOf(YAML) });
      const [, url = ''] = /listening on (http:\S+)/.exec(out) ?? [];
      const { status } = await fetch(`${url}/health`, { headers: { connection: 'close' } });

      process.emit('SIGTERM', 'SIGTERM');
      await waitFor(() => exit.mock.calls.length > 0, 'the process exits');

      expect(status).toBe(200);
      expect(exit).toHaveBeenCalledWith(0);
      await expect(fetch(`${url}/health`)).rejects.toThrow('fetch failed');
    });

    it('says what to do when the port is in use, and exits at once', async () => {
      const other = createServer().listen(0, '127.0.0.1');
      await once(other, 'listening');
      const { port } = other.address() as AddressInfo;

      await runCommandLine([], { ...QUIET, PORT: String(port), CONFIG_PATH: fileOf(YAML) });
      other.close();

      expect(errors).toBe(
        `cannot listen on 127.0.0.1:${port}: the port is in use; choose another with PORT or server.port\n`,
      );
      expect(exit).toHaveBeenCalledWith(1);
    });

    it('says what to do when the machine has no such address', async () => {
      const environment = { ...QUIET, HOST: '192.0.2.1', PORT: '0', CONFIG_PATH: fileOf(YAML) };

      await runCommandLine([], environment);

      expect(errors).toMatch(/^cannot listen on 192\.0\.2\.1: .*set HOST/);
    });
  });
});
