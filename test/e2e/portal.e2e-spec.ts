import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { OutgoingHttpHeaders } from 'node:http';
import {
  type ClientResponse,
  type RunningProxy,
  closeAll,
  send,
  startProxy,
} from '../support/index.js';
import { expectError } from '../support/error-format.js';

const MASTER_KEY = 'sk-master-0123456789abcdef';
const PROVIDER_KEY = 'sk-provider-0123456789abcdef';
const PATHS = ['/', '/docs', '/docs/page.css', '/openapi.json'];

function startWith(
  server: Readonly<Record<string, unknown>> = {},
  models: readonly string[] = ['demo'],
): Promise<RunningProxy> {
  const provider = {
    name: 'secret-provider',
    api_base: 'http://127.0.0.1:9/secret-base',
    api_key: PROVIDER_KEY,
    model_mapping: Object.fromEntries(models.map((name) => [name, 'secret-model'])),
  };
  return startProxy({ config: { providers: [provider], server } });
}

function get(
  proxy: RunningProxy,
  path = '/',
  headers: OutgoingHttpHeaders = {},
): Promise<ClientResponse> {
  return send(proxy, { method: 'GET', path, headers });
}

/** @returns what the page shows, its markup taken away */
function shownBy({ text }: ClientResponse): string {
  return text
    .replaceAll(/<style>.*?<\/style>|<[^>]*>/gs, '')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

describe('the page at /', () => {
  afterEach(closeAll);

  it('shows how to use the proxy under the address that it was asked for', async () => {
    const proxy = await startWith({}, ['gpt-4o', 'claude']);

    const response = await get(proxy, '/', { host: 'llm.example:8443' });

    expect(response.status).toBe(200);
    expect(response.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-length': String(response.body.length),
      'cache-control': 'no-store',
      vary: 'Accept',
    });
    const shown = shownBy(response);
    expect(shown).toContain('http://llm.example:8443/v1\n');
    expect(shown).toContain('curl http://llm.example:8443/v1/models\n');
    expect(shown).toContain('claude\ngpt-4o\n');
    expect(shown).toContain(`-d '{"model":"claude",`);
    expect(shown).toContain('base_url="http://llm.example:8443/v1"');
    expect(shown).toContain("baseURL: 'http://llm.example:8443/v1'");
    expect(shown).toContain('No key is needed.');
  });

  it('links to what there is, wherever a proxy in front has put it', async () => {
    const proxy = await startWith();

    const { text } = await get(proxy);
    const links = [...text.matchAll(/href="([^"]*)"/g)].map(([, link = '']) => link);
    const answers = await Promise.all(
      links.filter((link) => link !== 'data:,').map((link) => get(proxy, `/${link}`)),
    );

    expect(links).toStrictEqual(['data:,', 'docs', 'openapi.json', 'health', 'metrics']);
    expect(answers.map(({ status }) => status)).toStrictEqual([200, 200, 200, 200]);
  });

  it('believes the proxies in front of it', async () => {
    const proxy = await startWith();

    const response = await get(proxy, '/', {
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'llm.example',
      'x-forwarded-prefix': '/ai',
    });

    expect(shownBy(response)).toContain('https://llm.example/ai/v1\n');
  });

  it.each(['host', 'x-forwarded-host', 'x-forwarded-proto', 'x-forwarded-prefix'])(
    'takes no markup and no commands from the header %s',
    async (name) => {
      const proxy = await startWith();

      const response = await get(proxy, '/', {
        host: 'good.example',
        [name]: `/"><script>alert(1)</script>'; evil & $(evil)`,
      });

      expect(response.status).toBe(200);
      expect(response.text).not.toMatch(/<script|alert|evil/);
    },
  );

  it('shows the name of a model as text, and quotes it for the shell', async () => {
    const proxy = await startWith({}, [`<img src=x onerror="a('b')">`]);

    const response = await get(proxy);

    expect(response.text).not.toContain('<img');
    expect(shownBy(response)).toContain(`{"model":"<img src=x onerror=\\"a('\\''b'\\'')\\">",`);
  });

  it('shows sixty models of more, and how to list all', async () => {
    const names = Array.from({ length: 63 }, (_, index) => `model-${index}`);
    const proxy = await startWith({}, names);

    const response = await get(proxy);

    expect(response.text.match(/<li><code>/g)).toHaveLength(60);
    expect(shownBy(response)).toContain('And 3 more:');
  });

  it('says how to go about it where the configuration names no model', async () => {
    const proxy = await startWith({}, ['gpt-*']);

    const shown = shownBy(await get(proxy));

    expect(shown).toContain('The configuration names none');
    expect(shown).toContain('"model":"MODEL"');
  });

  it.each<[string, OutgoingHttpHeaders]>([
    ['without the key', {}],
    ['even with the key', { authorization: `Bearer ${MASTER_KEY}` }],
  ])('tells no model where a key is needed, %s, but how to list them', async (_name, headers) => {
    const proxy = await startWith({ master_api_key: MASTER_KEY }, ['private-model']);

    const response = await get(proxy, '/', headers);

    expect(response.status).toBe(200);
    expect(response.text).not.toContain('private-model');
    const shown = shownBy(response);
    expect(shown).toContain('/v1/models \\\n  -H "Authorization: Bearer $LLM_PROXY_KEY"');
    expect(shown).toContain('api_key=os.environ["LLM_PROXY_KEY"]');
    expect(shown).toContain('apiKey: process.env.LLM_PROXY_KEY');
  });

  it('lets a browser load nothing and run nothing; its own style is known by its hash', async () => {
    const proxy = await startWith();

    const { text, headers } = await get(proxy);

    const style = /<style>(.*)<\/style>/s.exec(text)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(headers['content-security-policy']).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; base-uri 'none'; ` +
        `form-action 'none'; frame-ancestors 'none'`,
    );
    expect(text).not.toMatch(/<script|\bsrc=|\son\w+=|\sstyle=|url\(|@import/);
  });

  it.each<[string, OutgoingHttpHeaders, string]>([
    ['a browser', { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }, 'text/html'],
    ['curl', { accept: '*/*' }, 'text/html'],
    ['a load balancer', {}, 'text/html'],
    ['who wants something odd', { accept: 'image/png' }, 'text/html'],
    ['a program', { accept: 'application/json' }, 'application/json'],
    [
      'a program that takes anything else',
      { accept: 'application/json, */*;q=0.5' },
      'application/json',
    ],
  ])('answers %s with what it understands', async (_name, headers, type) => {
    const proxy = await startWith();

    const response = await get(proxy, '/', headers);

    expect(response.status).toBe(200);
    expect(response.headers['content-type']).toBe(`${type}; charset=utf-8`);
  });

  it('gives programs an index of paths', async () => {
    const proxy = await startWith();

    const response = await get(proxy, '/', { accept: 'application/json' });

    expect(response.json()).toStrictEqual({
      name: 'llm-proxy',
      api: '/v1',
      docs: '/docs',
      openapi: '/openapi.json',
      health: '/health',
      metrics: '/metrics',
    });
  });
});

describe('the documentation', () => {
  afterEach(closeAll);

  it.each(['/docs', '/docs/'])('is a page whose files are all here: %s', async (path) => {
    const proxy = await startWith();

    const page = await get(proxy, path);
    const links = [...page.text.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, link = '']) => link);
    const files = await Promise.all(
      links
        .filter((link) => link !== 'data:,')
        .map((link) => get(proxy, new URL(link, `${proxy.url}${path}`).pathname)),
    );

    expect(page.status).toBe(200);
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    expect(page.headers['content-security-policy']).not.toMatch(/https?:|unsafe/);
    expect(files.map(({ status, headers }) => [status, headers['content-type']])).toStrictEqual([
      [200, 'text/css; charset=utf-8'],
      [200, 'text/css; charset=utf-8'],
      [200, 'text/javascript; charset=utf-8'],
      [200, 'text/javascript; charset=utf-8'],
    ]);
  });

  it('is sent compressed to who understands it', async () => {
    const proxy = await startWith();

    const plain = await get(proxy, '/docs/swagger-ui.css');
    const compressed = await get(proxy, '/docs/swagger-ui.css', { 'accept-encoding': 'gzip, br' });

    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(compressed.headers).toMatchObject({
      'content-encoding': 'gzip',
      vary: 'Accept-Encoding',
      'content-length': String(compressed.body.length),
    });
    expect(gunzipSync(compressed.body)).toStrictEqual(plain.body);
    expect(compressed.headers.etag).not.toBe(plain.headers.etag);
  });

  it.each(['/docs/swagger-ui-bundle.js', '/openapi.json'])(
    'is not sent again to who has it: %s',
    async (path) => {
      const proxy = await startWith();
      const { headers } = await get(proxy, path);
      const etag = headers.etag ?? '';

      const same = await get(proxy, path, { 'if-none-match': `"other", W/${etag}` });
      const other = await get(proxy, path, { 'if-none-match': '"other"' });

      expect(headers['cache-control']).toBe('no-cache');
      expect(etag).toMatch(/^"[\w-]{22}"$/);
      expect(same.status).toBe(304);
      expect(same.headers.etag).toBe(etag);
      expect(same.body).toHaveLength(0);
      expect(other.status).toBe(200);
    },
  );

  it.each([
    '/docs/unknown.css',
    '/docs/package.json',
    '/docs/swagger-ui.css/more',
    '/docs/..%2Fpackage.json',
    '/docs/__proto__',
    '/docs/swagger-ui.css.map',
  ])('has no file %s', async (path) => {
    const proxy = await startWith();

    const response = await get(proxy, path);

    expectError(response, { status: 404, code: 'unknown_url' });
  });
});

describe('the pages', () => {
  afterEach(closeAll);

  it.each(PATHS)('need no key: %s', async (path) => {
    const proxy = await startWith({ master_api_key: MASTER_KEY });

    expect((await get(proxy, path)).status).toBe(200);
  });

  it.each(PATHS)('tell no secret: %s', async (path) => {
    const proxy = await startWith({ master_api_key: MASTER_KEY }, ['private-model']);

    const { text } = await get(proxy, path, { authorization: `Bearer ${MASTER_KEY}` });

    expect(text).not.toMatch(/sk-master|sk-provider|secret-|private-model/);
  });

  it.each(PATHS)('answer HEAD without a body: %s', async (path) => {
    const proxy = await startWith();

    const response = await send(proxy, { method: 'HEAD', path });

    expect(response.status).toBe(200);
    expect(response.body).toHaveLength(0);
    expect(Number(response.headers['content-length'])).toBeGreaterThan(0);
  });

  it.each(PATHS)('are not counted and not logged: %s', async (path) => {
    const proxy = await startWith();

    await get(proxy, path);
    const metrics = await proxy.metrics();

    expect(metrics.sum('llm_proxy_requests_total')).toBe(0);
    expect(proxy.logs.text).not.toContain('"path"');
  });

  it.each(PATHS)('are for reading only: POST %s', async (path) => {
    const proxy = await startWith();

    const response = await send(proxy, { path, body: {} });
    const metrics = await proxy.metrics();

    expectError(response, { status: 404, code: 'unknown_url' });
    expect(metrics.sum('llm_proxy_requests_total', { endpoint: 'unmatched' })).toBe(1);
  });

  it.each([
    ['/', 'Origin, Accept'],
    ['/docs/page.css', 'Origin, Accept-Encoding'],
  ])('tell caches all that they differ by: %s', async (path, vary) => {
    const proxy = await startWith({ cors: ['https://a.example', 'https://b.example'] });

    const response = await get(proxy, path, { origin: 'https://a.example' });

    expect(response.headers.vary).toBe(vary);
  });

  it.each(PATHS)('can be switched off: %s', async (path) => {
    const proxy = await startWith({ portal: false, master_api_key: MASTER_KEY });

    const response = await get(proxy, path);
    const metrics = await proxy.metrics();

    expectError(response, { status: 404, code: 'unknown_url' });
    expect(metrics.sum('llm_proxy_requests_total', { endpoint: 'unmatched' })).toBe(1);
  });
});
