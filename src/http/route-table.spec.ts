import { describe, expect, it } from '@jest/globals';
import { type Route, RouteTable } from './route-table.js';

const LIST: Route = {
  template: '/v1/models',
  method: 'GET',
  paths: ['/v1/models', '/models'],
  counted: true,
};
const ONE: Route = {
  template: '/v1/models/{id}',
  method: 'GET',
  paths: ['/v1/models/', '/models/'],
  counted: true,
};
const ROOT: Route = { template: '/', method: 'GET', paths: ['/root'], counted: false };

const TABLE = new RouteTable([LIST, ONE, ROOT]);

describe('RouteTable', () => {
  it.each([
    ['/v1/models', LIST],
    ['/models', LIST],
    ['/v1/models/', LIST],
    ['/V1/Models', LIST],
    ['/MODELS/', LIST],
    ['/v1/models/gpt-4o', ONE],
    ['/v1/models/gpt-4o/', ONE],
    ['/models/meta-llama/Llama-3', ONE],
    ['/V1/Models/GPT', ONE],
    ['/root', ROOT],
  ])('knows %s, as Express does', (path, route) => {
    expect(TABLE.find(path, 'GET')).toBe(route);
  });

  it.each([
    '/',
    '',
    '/v1',
    '/v1/model',
    '/v1/modelss',
    '/v2/models',
    '/root/below',
    '/v1/models//',
  ])('does not know %j', (path) => {
    expect(TABLE.find(path, 'GET')).toBeUndefined();
  });

  it('knows paths that are written in capitals', () => {
    const route: Route = { ...ROOT, paths: ['/Health', '/Models/'] };

    expect(new RouteTable([route]).find('/health', 'GET')).toBe(route);
    expect(new RouteTable([route]).find('/models/X', 'GET')).toBe(route);
  });

  describe('with pages', () => {
    const HOME: Route = {
      template: '/',
      method: 'GET',
      paths: ['/'],
      counted: false,
      isPage: true,
    };
    const FILES: Route = { ...HOME, template: '/docs/{file}', paths: ['/docs/'] };

    it.each([
      ['GET', '/', HOME],
      ['HEAD', '/', HOME],
      ['GET', '/docs/page.css', FILES],
      ['POST', '/', undefined],
      ['OPTIONS', '/docs/page.css', undefined],
      ['GET', '/other', undefined],
    ])('answers %s %s to who reads', (method, path, route) => {
      expect(new RouteTable([HOME, FILES]).find(path, method)).toBe(route);
    });

    it('knows them only while they are shown', () => {
      let shown = true;
      const table = new RouteTable([HOME, LIST], () => shown);
      const before = table.find('/', 'GET');

      shown = false;

      expect(before).toBe(HOME);
      expect(table.find('/', 'GET')).toBeUndefined();
      expect(table.find('/models', 'GET')).toBe(LIST);
    });
  });
});
