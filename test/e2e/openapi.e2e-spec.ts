import SwaggerParser from '@apidevtools/swagger-parser';
import { afterEach, describe, expect, it } from '@jest/globals';
import { RouteTable } from '../../src/http/index.js';
import { ENDPOINTS } from '../../src/completions/index.js';
import { type RunningProxy, closeAll, send, startProxy } from '../support/index.js';

const MASTER_KEY = 'sk-master-0123456789abcdef';

interface Operation {
  readonly operationId: string;
  readonly security: readonly object[];
  readonly requestBody?: { readonly content: Readonly<Record<string, object>> };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, object>> }>
  >;
}

interface Description {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

function startWith(config: Readonly<Record<string, unknown>> = {}): Promise<RunningProxy> {
  const demo = { name: 'demo', type: 'demo', latency: 0, model_mapping: { demo: 'demo' } };
  return startProxy({ config: { providers: [demo], ...config } });
}

async function descriptionOf(proxy: RunningProxy): Promise<Description> {
  const response = await send(proxy, { method: 'GET', path: '/openapi.json' });
  return response.json() as Description;
}

function operationsOf({ paths }: Description): readonly (readonly [string, Operation])[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const,
    ),
  );
}

describe('the description of the API', () => {
  afterEach(closeAll);

  it.each([
    ['open', {}],
    ['with a key', { server: { master_api_key: MASTER_KEY } }],
  ])('is valid OpenAPI 3.1, of a proxy that is %s', async (_name, config) => {
    const description = await descriptionOf(await startWith(config));

    expect(description.openapi).toBe('3.1.0');
    await expect(
      SwaggerParser.validate(structuredClone(description) as never),
    ).resolves.toBeDefined();
  });

  it('has every path of every route, and nothing else', async () => {
    const proxy = await startWith();
    const { routes } = proxy.app.get(RouteTable);

    const described = operationsOf(await descriptionOf(proxy)).map(([name]) => name);

    const served = routes.flatMap(({ method, paths, template }) =>
      paths.map((path) => {
        const isPrefix = path.endsWith('/') && path !== '/';
        return `${method} ${path}${isPrefix ? template.slice(template.lastIndexOf('/') + 1) : ''}`;
      }),
    );
    expect([...described].sort()).toStrictEqual(served.sort());
    expect(described).toContain('GET /v1/models/{id}');
  });

  it('names each operation differently', async () => {
    const operations = operationsOf(await descriptionOf(await startWith()));

    const ids = operations.map(([, { operationId }]) => operationId);

    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toContain('createChatCompletion2');
  });

  it.each(ENDPOINTS)('says of $template whether it streams', async ({ template, streams }) => {
    const { paths } = await descriptionOf(await startWith());

    const operation = paths[template]?.['post'];
    const types = Object.keys(operation?.responses['200']?.content ?? {});

    expect(types).toStrictEqual(
      streams ? ['application/json', 'text/event-stream'] : ['application/json'],
    );
    expect(JSON.stringify(operation?.requestBody).includes('"stream"')).toBe(streams);
  });

  it('names the statuses and the codes of errors', async () => {
    const { paths } = await descriptionOf(
      await startWith({ server: { master_api_key: MASTER_KEY } }),
    );

    const responses = paths['/v1/chat/completions']?.['post']?.responses ?? {};

    expect(Object.keys(responses)).toStrictEqual([
      ...['200', '400', '401', '404', '408', '413', '415', '431', '500', '502', '503', '504'],
      'default',
    ]);
    expect(responses['502']).toMatchObject({
      description:
        'Refused with the code `upstream_error` or `upstream_invalid_response` or `upstream_auth_error`.',
    });
  });

  it.each<[string, Readonly<Record<string, unknown>>, readonly string[]]>([
    ['no key is configured', {}, []],
    [
      'a key is',
      { server: { master_api_key: MASTER_KEY } },
      ['POST /v1/chat/completions', 'GET /models'],
    ],
    [
      'all is behind the key',
      {
        server: { master_api_key: MASTER_KEY },
        health: { detailed_requires_key: true },
        metrics: { requires_key: true },
      },
      ['POST /v1/chat/completions', 'GET /models', 'GET /health/detailed', 'GET /metrics'],
    ],
  ])('says what the key is needed for when %s', async (_name, config, guarded) => {
    const proxy = await startWith(config);

    const operations = operationsOf(await descriptionOf(proxy));
    const needing = operations.filter(([, { security }]) => security.length > 0);
    const refused: string[] = [];
    for (const [name] of operations) {
      const [method = '', path = ''] = name.split(' ');
      const { status } = await send(proxy, {
        method,
        path: path.replace(/\{.*/, 'demo'),
        body: {},
      });
      if (status === 401) {
        refused.push(name);
      }
    }

    const names = needing.map(([name]) => name);
    expect(guarded.filter((name) => !names.includes(name))).toStrictEqual([]);
    expect(names).toStrictEqual(refused);
  });
});
