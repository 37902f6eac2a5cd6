import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { type OpenAIProviderConfig, parseConfig } from '../../../config/index.js';
import type { TraceContext } from '../../upstream/upstream.js';
import { RequestHeaders } from './request-headers.js';

function headersOf(settings: string): RequestHeaders {
  const yaml = `providers: [{name: a, api_base: "http://up/v1", ${settings}}]`;
  return new RequestHeaders(parseConfig(yaml).providers[0] as OpenAIProviderConfig);
}

function callOf(
  clientHeaders: IncomingHttpHeaders,
  traceContext?: TraceContext,
): Parameters<RequestHeaders['build']>[0] {
  return { clientHeaders, requestId: 'request-1', traceContext };
}

/** Names and values, each name with all its values. */
function valuesOf(headers: readonly string[]): Record<string, string[]> {
  const values: Record<string, string[]> = {};
  for (let index = 0; index < headers.length; index += 2) {
    (values[headers[index] ?? ''] ??= []).push(headers[index + 1] ?? '');
  }
  return values;
}

describe('RequestHeaders', () => {
  it("sends the provider's key and what frames the body, and asks for plain bytes", () => {
    const headers = headersOf('api_key: sk-1').build(callOf({}), 7);

    expect(valuesOf(headers)).toStrictEqual({
      'content-type': ['application/json'],
      'accept-encoding': ['identity'],
      authorization: ['Bearer sk-1'],
      'x-request-id': ['request-1'],
      'content-length': ['7'],
    });
  });

  it('sends no authorization without a key', () => {
    expect(headersOf('weight: 1').build(callOf({}), 0)).not.toContain('authorization');
  });

  it('passes on what says something about the request', () => {
    const client = {
      accept: 'text/event-stream',
      'user-agent': 'OpenAI/Python',
      'openai-beta': 'assistants=v2',
      'idempotency-key': 'i-1',
      traceparent: '00-1',
      tracestate: 'a=b',
      'http-referer': 'https://app.example',
      'x-title': 'App',
    };

    const sent = valuesOf(headersOf('api_key: sk-1').build(callOf(client), 0));

    expect(sent).toMatchObject(
      Object.fromEntries(Object.entries(client).map(([name, value]) => [name, [value]])),
    );
  });

  it('keeps everything else here', () => {
    const client = {
      authorization: 'Bearer client-secret',
      'proxy-authorization': 'client-secret',
      'x-api-key': 'client-secret',
      'api-key': 'client-secret',
      cookie: 'client-secret',
      connection: 'client-secret',
      'keep-alive': 'client-secret',
      'transfer-encoding': 'client-secret',
      'x-forwarded-for': 'client-secret',
      'x-request-id': 'client-secret',
      'openai-organization': 'client-secret',
      'content-length': '999',
      'content-encoding': 'client-secret',
      host: 'client-secret',
    };

    const sent = headersOf('api_key: sk-1').build(callOf(client), 2);

    expect(sent.join()).not.toContain('client-secret');
    expect(valuesOf(sent)['content-length']).toStrictEqual(['2']);
  });

  it("adds the configuration's headers, which win over the client's and the usual ones", () => {
    const headers = headersOf(
      'headers: {X-Team: blue, User-Agent: proxy, Accept-Encoding: gzip, Authorization: "Basic b"}',
    );

    const sent = valuesOf(headers.build(callOf({ 'user-agent': 'client' }), 0));

    expect(sent).toMatchObject({
      'x-team': ['blue'],
      'user-agent': ['proxy'],
      'accept-encoding': ['gzip'],
      authorization: ['Basic b'],
    });
  });

  it('sends no header twice, even one that the configuration sets itself', () => {
    const sent = valuesOf(headersOf('headers: {X-Request-Id: fixed}').build(callOf({}), 0));

    expect(sent['x-request-id']).toStrictEqual(['fixed']);
  });

  it.each([
    ['with', 'c=d'],
    ['without', undefined],
  ])(
    "tells its own place in the trace instead of the client's, %s a state",
    (_name, tracestate) => {
      const client = { traceparent: 'client', tracestate: 'a=b' };

      const sent = valuesOf(
        headersOf('api_key: sk-1').build(callOf(client, { traceparent: 'own', tracestate }), 0),
      );

      expect(sent['traceparent']).toStrictEqual(['own']);
      expect(sent['tracestate']).toStrictEqual(tracestate === undefined ? undefined : [tracestate]);
    },
  );

  it('leaves the place in the trace to the configuration, should it set one', () => {
    const call = callOf({}, { traceparent: 'own', tracestate: undefined });

    const sent = valuesOf(headersOf('headers: {traceparent: fixed}').build(call, 0));

    expect(sent['traceparent']).toStrictEqual(['fixed']);
  });

  it('gives the fixed ones by name for side calls', () => {
    expect(headersOf('api_key: sk-1, headers: {X-Team: blue}').toRecord()).toStrictEqual({
      'content-type': 'application/json',
      'accept-encoding': 'identity',
      authorization: 'Bearer sk-1',
      'x-team': 'blue',
    });
  });
});
