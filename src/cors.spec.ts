import { describe, expect, it } from '@jest/globals';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { LiveConfig, type ProxyConfig, parseConfig } from './config/index.js';
import { corsOf } from './cors.js';

function configOf(cors: string): ProxyConfig {
  return parseConfig(`providers: [{name: a, type: demo}]\nserver: {cors: ${cors}}`);
}

describe('corsOf', () => {
  it('goes by the present configuration', () => {
    const live = new LiveConfig(configOf('"*"'));
    const decide = corsOf(live);
    const origin = (): unknown => {
      let decided: unknown;
      decide(new IncomingMessage(new Socket()), (_error, options) => {
        decided = options.origin;
      });
      return decided;
    };

    expect(origin()).toBe('*');
    live.replace(configOf('[https://a.example]'));
    expect(origin()).toStrictEqual(['https://a.example']);
    live.replace(configOf('false'));
    expect(origin()).toBe(false);
  });
});
