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
    expect(TABLE.find(path)).toBe(route);
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
    expect(TABLE.find(path)).toBeUndefined();
  });

  it('knows paths that are written in capitals', () => {
    const route: Route = { ...ROOT, paths: ['/Health', '/Models/'] };

    expect(new RouteTable([route]).find('/health')).toBe(route);
    expect(new RouteTable([route]).find('/models/X')).toBe(route);
  });
});
