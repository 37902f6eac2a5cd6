import OpenAI from 'openai';
import { FakeUpstream } from './upstream/fake-upstream.js';
import { MODEL } from './upstream/chat.js';
import type { Script } from './upstream/scripts.js';
import { type RunningProxy, providerAt, startProxy } from './running-proxy.js';

/** The key that the SDK sends. */
export const MASTER_KEY = 'sk-master-0123456789abcdef';

/** A chat that the SDK may ask for. */
export const CHAT = {
  model: MODEL,
  messages: [{ role: 'user' as const, content: 'Say hello' }],
};

/** @returns the real SDK, as a user points it at the proxy, without its retries */
export function clientOf(proxy: RunningProxy, apiKey = MASTER_KEY): OpenAI {
  return new OpenAI({ baseURL: `${proxy.url}/v1`, apiKey, maxRetries: 0 });
}

/** @returns the SDK's client of a proxy whose provider does `script`, or waits for the test */
export async function clientBefore(
  script?: Script,
): Promise<{ readonly client: OpenAI; readonly upstream: FakeUpstream }> {
  const upstream = await FakeUpstream.start();
  if (script !== undefined) {
    upstream.answer(script);
  }
  const proxy = await startProxy({
    config: { providers: [providerAt(upstream)], server: { master_api_key: MASTER_KEY } },
  });
  return { client: clientOf(proxy), upstream };
}

/** @returns all that a stream, or a list of several pages, holds */
export async function all<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const collected: Item[] = [];
  for await (const item of items) {
    collected.push(item);
  }
  return collected;
}
