import { beforeEach, describe, expect, it } from '@jest/globals';
import { ShuttingDownError } from '../errors/index.js';
import { RequestContext } from '../http/index.js';
import { ModelLabels } from './model-labels.js';

function contextOf(fields: Partial<RequestContext>): RequestContext {
  const context = new RequestContext('1', 'POST', '/v1/x', '/v1/x', 0);
  return Object.assign(context, { provider: 'a', status: 200 }, fields);
}

describe('ModelLabels', () => {
  let labels: ModelLabels;

  beforeEach(() => {
    labels = new ModelLabels();
  });

  it('is none without a model', () => {
    expect(labels.labelOf(contextOf({ status: 400 }))).toBe('none');
  });

  it('is the name that the configuration spells out, however the request ended', () => {
    const context = { model: 'a', modelIsConfigured: true, status: 502, provider: undefined };

    expect(labels.labelOf(contextOf(context))).toBe('a');
  });

  it.each([
    { status: 404 },
    { status: 502 },
    { status: 499 },
    { status: 199 },
    { status: 300 },
    { status: 0 },
    { status: 200, provider: undefined },
    { status: 200, error: new ShuttingDownError() },
  ])('is other for a name that no provider has answered for: %j', (fields) => {
    expect(labels.labelOf(contextOf({ model: 'made-up', ...fields }))).toBe('other');
  });

  it('is the name that a provider has answered for, from then on', () => {
    const before = labels.labelOf(contextOf({ model: 'a', status: 500 }));
    const answered = labels.labelOf(contextOf({ model: 'a' }));
    const after = labels.labelOf(contextOf({ model: 'a', status: 500 }));

    expect([before, answered, after]).toStrictEqual(['other', 'a', 'a']);
  });

  it('keeps no more than 200 such names', () => {
    const names = Array.from({ length: 500 }, (_, index) => `m${index}`);

    const given = new Set(names.map((model) => labels.labelOf(contextOf({ model }))));

    expect(given.size).toBe(201);
    expect(labels.labelOf(contextOf({ model: 'm0' }))).toBe('m0');
    expect(labels.labelOf(contextOf({ model: 'm499' }))).toBe('other');
    expect(labels.labelOf(contextOf({ model: 'm499', modelIsConfigured: true }))).toBe('m499');
  });
});
