import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  FakeUpstream,
  Metrics,
  chatAnswer,
  chatBody,
  closeAll,
  json,
  providerAt,
  send,
} from '../support/index.js';
import { BuiltProgram } from '../support/program.js';

/** A build, and thousands of requests, take seconds, and on a busy machine many. */
jest.setTimeout(90_000);

/** V8's new generation is collected after a hundred requests, not after a thousand. */
const ENVIRONMENT = { NODE_OPTIONS: '--max-semi-space-size=4' };
const AT_ONCE = 4;
const ROUNDS = 150;
/**
 * What a request leaves in V8's old generation, bytes. Those that run while the new one is collected
 * are moved there: spread over all that is 2 KB. One that nothing lets go of leaves 12 KB.
 */
const MOST_LEFT = 5000;

interface Place {
  readonly port: number;
}

interface Heap {
  /** What the old generation holds, bytes. */
  readonly old: number;
  /** How often all of it was collected. */
  readonly collections: number;
}

async function heapOf(place: Place): Promise<Heap> {
  const { text } = await send(place, { method: 'GET', path: '/metrics' });
  const metrics = new Metrics(text);
  return {
    old: metrics.sum('nodejs_heap_space_size_used_bytes', { space: 'old' }),
    collections: metrics.sum('nodejs_gc_duration_seconds_count', { kind: 'major' }),
  };
}

async function askMany(place: Place): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) {
    await Promise.all(Array.from({ length: AT_ONCE }, () => send(place, { body: chatBody() })));
  }
}

/** @returns what a request leaves until the next full collection, bytes */
async function leftOf(place: Place): Promise<number> {
  const before = await heapOf(place);
  await askMany(place);
  const after = await heapOf(place);
  return after.collections > before.collections
    ? leftOf(place)
    : (after.old - before.old) / (ROUNDS * AT_ONCE);
}

describe('a program that answers request after request', () => {
  let program: BuiltProgram;

  beforeAll(() => {
    program = BuiltProgram.build();
  });

  afterEach(closeAll);

  afterAll(() => {
    program.remove();
  });

  it('lets go of each as soon as it is over', async () => {
    const upstream = await FakeUpstream.start();
    upstream.answer(json(200, chatAnswer()));
    const config = JSON.stringify({ providers: [providerAt(upstream)] });
    const run = program.run({ files: { 'config.yaml': config }, environment: ENVIRONMENT });
    const place = await run.listening();
    await askMany(place);

    expect(await leftOf(place)).toBeLessThan(MOST_LEFT);
  });
});
