import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from './load-config.js';

const NAMED = 'providers: [{name: NAME, type: demo}]';

describe('loadConfig', () => {
  let workingDirectory = '';

  beforeEach(() => {
    workingDirectory = mkdtempSync(join(tmpdir(), 'llm-proxy-config-'));
    mkdirSync(join(workingDirectory, 'config'));
  });

  afterEach(() => {
    rmSync(workingDirectory, { recursive: true });
  });

  function write(path: string, content: string): void {
    writeFileSync(join(workingDirectory, path), content);
  }

  function writeNamed(path: string): void {
    write(path, NAMED.replace('NAME', JSON.stringify(path)));
  }

  it.each([
    ['config.yaml first', ['config.yaml', 'config/config.yaml'], {}, 'config.yaml'],
    ['then config/config.yaml', ['config/config.yaml'], {}, 'config/config.yaml'],
    ['CONFIG_PATH over both', ['config.yaml', 'x.yaml'], { CONFIG_PATH: 'x.yaml' }, 'x.yaml'],
    ['config.yaml when CONFIG_PATH is blank', ['config.yaml'], { CONFIG_PATH: '' }, 'config.yaml'],
  ])('reads %s', (_order, files, environment, expected) => {
    files.forEach(writeNamed);

    const config = loadConfig({ environment, workingDirectory });

    expect(config.providers[0]?.name).toBe(expected);
    expect(config.source.path).toBe(join(workingDirectory, expected));
    expect(config.source.demo).toBe(false);
  });

  it('reads the file it is given over all others', () => {
    writeNamed('config.yaml');
    writeNamed('given.yaml');

    const environment = { CONFIG_PATH: 'config.yaml' };

    expect(loadConfig({ environment, workingDirectory, file: 'given.yaml' })).toMatchObject({
      providers: [{ name: 'given.yaml' }],
    });
  });

  it('falls back to the packaged demo, with the .env of the working directory', () => {
    write('.env', 'PORT=1234');

    const config = loadConfig({ environment: {}, workingDirectory });

    expect(config.source).toMatchObject({
      demo: true,
      envFile: join(workingDirectory, '.env'),
    });
    expect(config.source.path).toMatch(/[\\/]config[\\/]demo\.yaml$/);
    expect(config.providers).toMatchObject([{ type: 'demo', name: 'demo' }]);
    expect(config.server).toMatchObject({ port: 1234, masterApiKey: undefined });
  });

  it('takes no directory for a file', () => {
    mkdirSync(join(workingDirectory, 'config.yaml'));

    expect(loadConfig({ environment: {}, workingDirectory }).source.demo).toBe(true);
  });

  it('refuses a CONFIG_PATH that is not there', () => {
    writeNamed('config.yaml');

    expect(() => loadConfig({ environment: { CONFIG_PATH: 'x.yaml' }, workingDirectory })).toThrow(
      'x.yaml: there is no such file; CONFIG_PATH must name a YAML file',
    );
  });

  it('refuses a CONFIG_PATH that cannot be read', () => {
    expect(() => loadConfig({ environment: { CONFIG_PATH: 'config' }, workingDirectory })).toThrow(
      'config: cannot be read (EISDIR)',
    );
  });

  it('reads the .env beside the file; the real environment wins', () => {
    write('config/mine.yaml', 'providers: [{name: "${A}-${B}-${C}", type: demo}]');
    write('config/.env', 'A=file\nB=file\nC=file\nHOST=file');
    write('.env', 'A=elsewhere');

    const config = loadConfig({
      environment: { CONFIG_PATH: 'config/mine.yaml', B: 'real', C: undefined, HOST: '' },
      workingDirectory,
    });

    expect(config.providers[0]?.name).toBe('file-real-file');
    expect(config.server.host).toBe('0.0.0.0');
    expect(config.source.envFile).toBe(join(workingDirectory, 'config', '.env'));
  });

  it('has no envFile when there is none', () => {
    writeNamed('config.yaml');

    expect(loadConfig({ environment: {}, workingDirectory }).source.envFile).toBeUndefined();
  });

  it('refuses a .env that cannot be read', () => {
    writeNamed('config.yaml');
    mkdirSync(join(workingDirectory, '.env'));

    expect(() => loadConfig({ environment: {}, workingDirectory })).toThrow(
      '.env: cannot be read (EISDIR)',
    );
  });

  it('names the file that a wrong variable is in', () => {
    writeNamed('config.yaml');
    write('.env', 'PORT=x');

    expect(() => loadConfig({ environment: {}, workingDirectory })).toThrow(
      /^\.env: PORT: must be/,
    );
  });

  it('reads certificates relative to the configuration file', () => {
    const yaml = 'providers: [{name: a, api_base: "https://up", ca_file: ca.pem}]';
    write('config/config.yaml', yaml);
    write('config/ca.pem', CERTIFICATE);

    expect(loadConfig({ environment: {}, workingDirectory }).providers[0]).toHaveProperty(
      'ca',
      CERTIFICATE,
    );
  });

  it.each([
    ['no PEM', 'hello'],
    ['a broken certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'],
  ])('refuses %s as certificates', (_what, content) => {
    write('config.yaml', 'providers: [{name: a, api_base: "https://up", ca_file: ca.pem}]');
    write('ca.pem', content);

    expect(() => loadConfig({ environment: {}, workingDirectory })).toThrow(
      'config.yaml: providers[0].ca_file: names a file without valid certificates; it must be PEM',
    );
  });
});

/** Self-signed, for localhost; its key was thrown away. */
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBfzCCASWgAwIBAgIUdsqsDbLQAajhVavO/wGQdy/rNIgwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNDAzNTI0M1oYDzIxMjYxMDMx
MDM1MjQzWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAASungKFrliKXEd6CogIRsJgOe8rkqkhS6YSZae/dCVictNRniC8uPu3
CMlL75XZX+umHJjPVgcz2WvgcembvAmDo1MwUTAdBgNVHQ4EFgQUDgzxJMr4LRDS
/ZBnK4k4ZtczkicwHwYDVR0jBBgwFoAUDgzxJMr4LRDS/ZBnK4k4ZtczkicwDwYD
VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiEA0PG+b5NULhoHscPUJrKz
DFa0OqBM3otcaKnTepW1rEUCIBKJ8dt2fw/q6/Q5volXwLnr0fbn9gZPEEL8FDCp
D4b+
-----END CERTIFICATE-----
`;
