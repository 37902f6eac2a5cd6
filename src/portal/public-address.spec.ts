import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { publicAddress } from './public-address.js';

describe('publicAddress', () => {
  it.each([
    [{ host: 'localhost:18000' }, 'http://localhost:18000'],
    [{ host: 'my_proxy' }, 'http://my_proxy'],
    [{ host: '10.0.0.1:80' }, 'http://10.0.0.1:80'],
    [{ host: '[::1]:18000' }, 'http://[::1]:18000'],
    [{ host: 'inside:1', 'x-forwarded-host': 'llm.example' }, 'http://llm.example'],
    [{ host: 'llm.example', 'x-forwarded-proto': 'https' }, 'https://llm.example'],
    [{ host: 'llm.example', 'x-forwarded-proto': 'HTTPS, http' }, 'https://llm.example'],
    [{ host: 'inside', 'x-forwarded-host': 'a.example, b.example' }, 'http://a.example'],
    [{ host: 'llm.example', 'x-forwarded-prefix': '/ai/llm/' }, 'http://llm.example/ai/llm'],
    [{ host: 'llm.example', 'x-forwarded-prefix': '/' }, 'http://llm.example'],
  ])('believes %j', (headers, address) => {
    expect(publicAddress(headers, 18_000)).toBe(address);
  });

  it.each([
    [{}, 'http://localhost:18000'],
    [{ host: '' }, 'http://localhost:18000'],
    [{ host: '<script>alert(1)</script>' }, 'http://localhost:18000'],
    [{ host: 'a"b' }, 'http://localhost:18000'],
    [{ host: "a'; rm -rf ~" }, 'http://localhost:18000'],
    [{ host: 'user@evil.example' }, 'http://localhost:18000'],
    [{ host: 'a/b' }, 'http://localhost:18000'],
    [{ host: 'a:b' }, 'http://localhost:18000'],
    [{ host: '-option' }, 'http://localhost:18000'],
    [{ host: 'a'.repeat(300) }, 'http://localhost:18000'],
    [{ host: 'good', 'x-forwarded-host': '"><img src=x>' }, 'http://good'],
    [{ host: 'good', 'x-forwarded-proto': 'javascript' }, 'http://good'],
    [{ host: 'good', 'x-forwarded-prefix': '/"><b>' }, 'http://good'],
    [{ host: 'good', 'x-forwarded-prefix': '//evil.example' }, 'http://good'],
    [{ host: 'good', 'x-forwarded-prefix': `/${'a'.repeat(300)}` }, 'http://good'],
  ])('passes over what is no address: %j', (headers, address) => {
    expect(publicAddress(headers, 18_000)).toBe(address);
  });

  it('is an http(s) URL of harmless characters, whatever the headers say', () => {
    const header = fc.option(
      fc.oneof(fc.string({ unit: 'binary' }), fc.webAuthority(), fc.domain(), fc.webUrl()),
      { nil: undefined },
    );
    fc.assert(
      fc.property(header, header, header, header, (host, forwarded, proto, prefix) => {
        const address = publicAddress(
          {
            host,
            'x-forwarded-host': forwarded,
            'x-forwarded-proto': proto,
            'x-forwarded-prefix': prefix,
          },
          18_000,
        );
        expect(address).toMatch(/^https?:\/\/[\w.[\]:~/-]+$/);
      }),
    );
  });
});
