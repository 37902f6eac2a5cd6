import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../parse-config.js';
import { keepUntilRestart } from './keep-until-restart.js';

const PROVIDERS = 'providers: [{name: a, type: demo}]';
const RUNNING = parseConfig(
  `${PROVIDERS}\nserver: {host: a, port: 1, body_limit: 1mb}\nlogging: {format: json, level: info}`,
);

describe('keepUntilRestart', () => {
  it('keeps what cannot change in a running proxy, and names it', () => {
    const written = parseConfig(
      `${PROVIDERS}\nserver: {host: b, port: 2, workers: 3, body_limit: 2mb}\nlogging: {format: pretty, level: warn}`,
    );

    const { config, changed, waiting } = keepUntilRestart(written, RUNNING);

    expect(config).toMatchObject({
      server: { host: 'a', port: 1, workers: 1, bodyLimit: 2_097_152 },
      logging: { format: 'json', level: 'warn' },
    });
    expect(waiting).toStrictEqual([
      'server.host',
      'server.port',
      'server.workers',
      'logging.format',
    ]);
    expect(changed).toStrictEqual(['server.body_limit', 'logging.level']);
  });

  it('has nothing to wait for when all of it can change', () => {
    expect(keepUntilRestart(RUNNING, RUNNING)).toStrictEqual({
      config: RUNNING,
      changed: [],
      waiting: [],
    });
  });

  it('gives a frozen configuration', () => {
    const { config } = keepUntilRestart(RUNNING, RUNNING);

    expect([config, config.server, config.logging].every(Object.isFrozen)).toBe(true);
  });
});
