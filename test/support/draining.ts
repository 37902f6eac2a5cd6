import { chatBody } from './client/client.js';
import { FakeClock } from './fake-clock.js';
import { requestHead } from './raw-connection.js';
import { type RunningProxy, providerAt, startProxy } from './running-proxy.js';
import { FakeUpstream } from './upstream/fake-upstream.js';
import { turns, waitFor } from './waiting.js';

export const STREAM = { body: chatBody({ stream: true }) };
export const CHAT = '/v1/chat/completions';
/** The error of what is cut. */
export const SHUTTING_DOWN = { status: 503, code: 'shutting_down' };
/** How long what runs may take by default, ms. */
export const TIMEOUT = 30_000;

/** A proxy that can be drained. */
export interface Scene {
  readonly proxy: RunningProxy;
  readonly upstream: FakeUpstream;
  readonly clock: FakeClock;
}

/** Starts one whose streams get no pings. @param server - settings of `server` */
export async function startDrainable(
  server: Readonly<Record<string, unknown>> = {},
): Promise<Scene> {
  const clock = new FakeClock();
  const upstream = await FakeUpstream.start();
  const config = { providers: [providerAt(upstream)], server, stream_keepalive: 0 };
  const proxy = await startProxy({ clock, config });
  return { proxy, upstream, clock };
}

/**
 * Closes the proxy as SIGTERM does, and waits until it does not listen any more.
 *
 * @returns whether the drain is over, and its end
 */
export async function beginClosing({
  proxy,
}: Scene): Promise<{ isOver: boolean; end: Promise<void> }> {
  const closing = { isOver: false, end: Promise.resolve() };
  closing.end = proxy.app.close().then(() => {
    closing.isOver = true;
  });
  await waitFor(() => !proxy.app.getHttpServer().listening, 'the proxy stops listening');
  await turns(20);
  return closing;
}

/** @returns a chat request, head and body, for a raw connection */
export function chatRequest(more: Readonly<Record<string, unknown>> = {}): string {
  const body = JSON.stringify(chatBody(more));
  return requestHead('POST', CHAT, { 'content-length': body.length }) + body;
}
