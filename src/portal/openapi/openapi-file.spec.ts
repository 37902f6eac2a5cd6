import { describe, expect, it } from '@jest/globals';
import { LiveConfig, parseConfig } from '../../config/index.js';
import { type Route, RouteTable } from '../../http/index.js';
import { OpenApiFile } from './openapi-file.js';

const OPEN = '{ providers: [{ name: demo, type: demo }] }';
const GUARDED =
  '{ providers: [{ name: demo, type: demo }], server: { master_api_key: sk-0123456789 } }';
const MODELS: Route = {
  template: '/v1/models',
  method: 'GET',
  paths: ['/v1/models'],
  counted: true,
};

describe('OpenApiFile', () => {
  it('is written once, for all who ask', async () => {
    const file = new OpenApiFile(new RouteTable([MODELS]), new LiveConfig(parseConfig(OPEN)));

    expect(await file.current).toBe(await file.current);
  });

  it('is another when the configuration is', async () => {
    const live = new LiveConfig(parseConfig(OPEN));
    const file = new OpenApiFile(new RouteTable([MODELS]), live);
    const before = await file.current;

    live.replace(parseConfig(GUARDED));
    const after = await file.current;

    expect(Buffer.from(before.bytes).toString()).toContain('"security":[]');
    expect(Buffer.from(after.bytes).toString()).toContain('"security":[{"bearer":[]}');
    expect(after.etag).not.toBe(before.etag);
  });

  it('cannot be written while a route has no description', async () => {
    const unknown: Route = { ...MODELS, template: '/v1/new' };
    const file = new OpenApiFile(new RouteTable([unknown]), new LiveConfig(parseConfig(OPEN)));

    await expect(file.current).rejects.toThrow('the route /v1/new is not described');
  });
});
