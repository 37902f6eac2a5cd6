import { describe, expect, it } from '@jest/globals';
import { ConfigError } from './config-error.js';

describe('ConfigError', () => {
  it('gives one line for each problem', () => {
    const error = new ConfigError([
      { file: 'config.yaml', path: 'server.port', message: 'is wrong', remedy: 'make it right' },
      { file: 'config.yaml', path: '', message: 'is empty', remedy: '' },
    ]);

    expect(error.format()).toBe(
      'config.yaml: server.port: is wrong; make it right\nconfig.yaml: is empty',
    );
    expect(error.message).toBe(error.format());
  });
});
