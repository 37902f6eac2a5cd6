import { describe, expect, it } from '@jest/globals';
import { RouteTable } from '../http/index.js';
import { COMPLETION_ROUTES } from './completion-routes.js';
import { ENDPOINTS, endpointNamed } from './endpoints.js';

describe('ENDPOINTS', () => {
  it.each([
    ['/v1/chat/completions', '/chat/completions', 'chat', true],
    ['/v1/completions', '/completions', 'text_completion', true],
    ['/v1/embeddings', '/embeddings', 'embeddings', false],
  ])('has %s, with and without /v1', (template, path, operation, streams) => {
    expect(endpointNamed(template)).toStrictEqual({
      template,
      operation,
      paths: [template, path],
      upstreamPath: path,
      streams,
    });
  });

  it.each(['/chat/completions', '/v1/nothing', undefined])('has none named %s', (template) => {
    expect(() => endpointNamed(template)).toThrow('no endpoint is named');
  });
});

describe('COMPLETION_ROUTES', () => {
  it('lead from every path of every endpoint to its name', () => {
    const routes = new RouteTable(COMPLETION_ROUTES);

    for (const { template, paths } of ENDPOINTS) {
      for (const path of paths) {
        expect(routes.find(path, 'POST')).toMatchObject({
          template,
          method: 'POST',
          counted: true,
        });
      }
    }
  });
});
