import { describe, expect, it } from '@jest/globals';
import { pathOf, toOriginForm } from './request-target.js';

describe('toOriginForm', () => {
  it.each([
    ['/', '/'],
    ['/v1/models?x=1', '/v1/models?x=1'],
    ['//health/live', '//health/live'],
    ['/a://b', '/a://b'],
    ['/health#top', '/health'],
    ['/health?a#b?c', '/health?a'],
    ['http://proxy.example', '/'],
    ['http://proxy.example/', '/'],
    ['HTTPS://user@Proxy.example:8443/v1/models?x=http://y/z', '/v1/models?x=http://y/z'],
    ['http://[::1]:80/health/live', '/health/live'],
    ['http://proxy.example?x=1', '/?x=1'],
    ['http://proxy.example#top', '/'],
    ['http://proxy.example/a/../b%2Fc', '/a/../b%2Fc'],
  ])('of %s is %s', (target, expected) => {
    expect(toOriginForm(target)).toBe(expected);
  });

  it.each([
    '',
    '*',
    'v1/models',
    'proxy.example:80',
    'http:/v1/models',
    'http:///v1/models',
    'http://[::bad',
    'http://[::1/health',
    'http://proxy.example:99999/',
    'http://proxy.example:port/',
    'ftp://proxy.example/health',
  ])('is not there for %j', (target) => {
    expect(toOriginForm(target)).toBeUndefined();
  });
});

describe('pathOf', () => {
  it.each([
    ['/v1/models', '/v1/models'],
    ['/v1/models?x=1?y', '/v1/models'],
    ['/?', '/'],
  ])('of %s is %s', (target, expected) => {
    expect(pathOf(target)).toBe(expected);
  });
});
