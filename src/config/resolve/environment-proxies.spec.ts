import { describe, expect, it } from '@jest/globals';
import { readEnvironmentProxies } from './environment-proxies.js';

describe('readEnvironmentProxies', () => {
  it('reads either case, the lower one first', () => {
    const { proxies } = readEnvironmentProxies({
      http_proxy: 'http://user:pass@low:3128',
      HTTP_PROXY: 'http://up:3128',
      HTTPS_PROXY: 'https://secure',
      NO_PROXY: 'localhost,.internal',
    });

    expect(proxies.httpProxy?.reveal()).toBe('http://user:pass@low:3128/');
    expect(proxies.httpProxy?.origin).toBe('from http_proxy');
    expect(proxies.httpsProxy?.reveal()).toBe('https://secure/');
    expect(proxies.noProxy).toBe('localhost,.internal');
  });

  it('takes a blank variable for one that is not set', () => {
    const { proxies } = readEnvironmentProxies({ http_proxy: '', HTTP_PROXY: 'http://up:3128' });

    expect(proxies.httpProxy?.reveal()).toBe('http://up:3128/');
    expect(proxies.httpsProxy).toBeUndefined();
    expect(proxies.noProxy).toBeUndefined();
  });

  it('reads an address without scheme as http', () => {
    const { proxies } = readEnvironmentProxies({ HTTPS_PROXY: 'proxy.example:3128' });

    expect(proxies.httpsProxy?.reveal()).toBe('http://proxy.example:3128/');
  });

  it('names the variables it cannot use', () => {
    const { unusable } = readEnvironmentProxies({
      HTTP_PROXY: 'socks5://proxy:1080',
      https_proxy: 'http://proxy/path',
    });

    expect(unusable).toStrictEqual(['HTTP_PROXY', 'https_proxy']);
  });
});
