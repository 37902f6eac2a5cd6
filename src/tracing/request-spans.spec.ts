import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { describe, expect, it } from '@jest/globals';
import { SpanStage } from '../../test/support/spans.js';
import { UpstreamError } from '../errors/index.js';
import { RequestContext } from '../http/index.js';
import { OpenRequests } from './open-requests.js';
import { RequestSpans } from './request-spans.js';
import { samplerOf } from './sampler.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';

interface Served {
  readonly endpoint?: string | undefined;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly facts?: Partial<RequestContext>;
}

/** Has one request begin and end. */
function serve(stage: SpanStage, served: Served = {}): RequestContext {
  const { path = '/v1/chat/completions', method = 'POST', headers = {}, facts = {} } = served;
  const endpoint = 'endpoint' in served ? served.endpoint : path;
  const request = Object.assign(new IncomingMessage(new Socket()), { httpVersion: '1.1', headers });
  const context = new RequestContext('request-1', method, path, endpoint, 0);
  const spans = new RequestSpans(stage.tracer, new OpenRequests());
  spans.requestStarted(context, request);
  Object.assign(context, { status: 200, ...facts });
  spans.requestEnded(context);
  return context;
}

describe('RequestSpans', () => {
  it('makes one span of a request, with what is known of it', () => {
    const stage = new SpanStage();

    serve(stage, {
      headers: { host: 'proxy.example:18000' },
      facts: { model: 'm', servedModel: 'm', provider: 'a', attemptCount: 1 },
    });

    expect(stage.span).toMatchObject({
      name: 'POST /v1/chat/completions',
      kind: SpanKind.SERVER,
      status: { code: SpanStatusCode.UNSET },
    });
    expect(stage.attributes).toStrictEqual({
      'http.request.method': 'POST',
      'http.route': '/v1/chat/completions',
      'http.response.status_code': 200,
      'url.scheme': 'http',
      'url.path': '/v1/chat/completions',
      'server.address': 'proxy.example',
      'server.port': 18000,
      'network.protocol.version': '1.1',
      'llm_proxy.request_id': 'request-1',
      'llm_proxy.ending': 'completed',
      'llm_proxy.model': 'm',
      'llm_proxy.served_model': 'm',
      'llm_proxy.provider': 'a',
      'llm_proxy.attempts': 1,
    });
  });

  it('makes none of a probe', () => {
    const stage = new SpanStage();

    const { traceId } = serve(stage, { endpoint: undefined });

    expect(stage.spans).toStrictEqual([]);
    expect(traceId).toBeUndefined();
  });

  it('says nothing of a path that no route knows', () => {
    const stage = new SpanStage();

    serve(stage, { endpoint: 'unmatched', path: '/my-secret' });

    expect(stage.span.name).toBe('POST');
    expect(JSON.stringify(stage.attributes)).not.toContain('secret');
  });

  it.each([
    ['an IPv6 address', '[::1]:8080', '[::1]', 8080],
    ['a name alone', 'proxy.example', 'proxy.example', undefined],
    ['something else', 'my secret', undefined, undefined],
  ])('takes its address from a host header with %s', (_name, host, address, port) => {
    const stage = new SpanStage();

    serve(stage, { headers: { host } });

    expect(stage.attributes['server.address']).toBe(address);
    expect(stage.attributes['server.port']).toBe(port);
  });

  it("goes on with the client's trace, and its state", () => {
    const stage = new SpanStage();

    const { traceId } = serve(stage, {
      headers: { traceparent: `00-${TRACE}-${PARENT}-01`, tracestate: 'a=b' },
    });

    const { parentSpanContext } = stage.span;
    expect(stage.span.spanContext().traceId).toBe(TRACE);
    expect(stage.span.spanContext().traceState?.serialize()).toBe('a=b');
    expect(parentSpanContext).toMatchObject({ spanId: PARENT, isRemote: true });
    expect(traceId).toBe(TRACE);
  });

  it('begins a trace of its own where there is none, and tells the request its id', () => {
    const stage = new SpanStage();

    const { traceId } = serve(stage, { headers: { traceparent: 'nonsense' } });

    expect(stage.span.parentSpanContext).toBeUndefined();
    expect(traceId).toBe(stage.span.spanContext().traceId);
  });

  it.each([
    ['00', 1, 0],
    ['01', 0, 1],
  ])(
    'keeps, or leaves out, what the client does (%s), whatever the ratio',
    (flags, ratio, count) => {
      const stage = new SpanStage(samplerOf({ ratio, followsClient: true }));

      serve(stage, { headers: { traceparent: `00-${TRACE}-${PARENT}-${flags}` } });

      expect(stage.spans).toHaveLength(count);
    },
  );

  it('decides by itself when it is not to follow the client', () => {
    const stage = new SpanStage(samplerOf({ ratio: 0, followsClient: false }));

    const { traceId } = serve(stage, { headers: { traceparent: `00-${TRACE}-${PARENT}-01` } });

    expect(stage.spans).toStrictEqual([]);
    expect(traceId).toBeUndefined();
  });

  it.each([
    ['a failure', { status: 502, error: new UpstreamError() }, 'upstream_error'],
    ['a failure in the words of a provider', { status: 503 }, '503'],
    [
      'a stream that broke',
      { status: 200, ending: 'interrupted' as const, error: new UpstreamError() },
      'upstream_error',
    ],
  ])('is an error after %s', (_name, facts, type) => {
    const stage = new SpanStage();

    serve(stage, { facts });

    expect(stage.span.status.code).toBe(SpanStatusCode.ERROR);
    expect(stage.attributes['error.type']).toBe(type);
  });

  it.each([
    ['a refusal', { status: 429, refusalCode: 'rate_limit' }, 429],
    ['a client that left', { status: 499, ending: 'client_closed' as const }, undefined],
  ])('is no error after %s', (_name, facts, status) => {
    const stage = new SpanStage();

    serve(stage, { facts });

    expect(stage.span.status.code).toBe(SpanStatusCode.UNSET);
    expect(stage.attributes['error.type']).toBeUndefined();
    expect(stage.attributes['http.response.status_code']).toBe(status);
  });
});
