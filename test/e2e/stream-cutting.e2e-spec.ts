import { afterEach, describe, expect, it, jest } from '@jest/globals';
import {
  DONE,
  FakeUpstream,
  UPSTREAM_MODEL,
  chatBody,
  closeAll,
  providerAt,
  send,
  ssePackets,
  startProxy,
  finishEvent,
  textEvent,
} from '../support/index.js';

/** Every kind of thing a stream may hold, as short as it gets. */
function streamOf(model: string): string {
  return [
    ': a comment before anything\n\n',
    textEvent('é😀', model),
    `event: message\nid: 7\ndata: {"model":"${model}","choices":[{"delta":{"content":"a\\u00e9"}}],"n":1.0}\n\n`,
    ': ping\n\n',
    finishEvent(model),
    DONE,
  ].join('');
}

const EXPECTED = streamOf('client-model').slice(': a comment before anything\n\n'.length);

async function startMapped(): Promise<{
  receive: (packets: Iterable<Uint8Array>) => Promise<string>;
}> {
  const upstream = await FakeUpstream.start();
  const proxy = await startProxy({
    config: {
      providers: [
        providerAt(upstream, {
          model_mapping: { 'client-model': UPSTREAM_MODEL },
        }),
      ],
      logging: { level: 'silent' },
    },
  });
  return {
    receive: async (packets) => {
      upstream.answerOnce(ssePackets(packets));
      const response = await send(proxy, { body: chatBody({ stream: true }) });
      return response.text;
    },
  };
}

const LINE_ENDS = [
  ['LF', '\n'],
  ['CRLF', '\r\n'],
  ['CR', '\r'],
] as const;

function withLineEnds(text: string, lineEnd: string): Buffer {
  return Buffer.from(text.replaceAll('\n', lineEnd));
}

// Hundreds of requests a test.
jest.setTimeout(60_000);

describe('a stream that the network cut anywhere', () => {
  afterEach(closeAll);

  it.each(LINE_ENDS)('reaches the client the same, cut in two at any byte: %s', async (_, end) => {
    const { receive } = await startMapped();
    const bytes = withLineEnds(streamOf(UPSTREAM_MODEL), end);

    const different: number[] = [];
    for (let cut = 1; cut < bytes.length; cut += 1) {
      const received = await receive([bytes.subarray(0, cut), bytes.subarray(cut)]);
      if (received !== EXPECTED) {
        different.push(cut);
      }
    }

    expect(different).toStrictEqual([]);
  });

  it.each(LINE_ENDS)('reaches the client the same, byte by byte: %s', async (_, end) => {
    const { receive } = await startMapped();
    const bytes = withLineEnds(streamOf(UPSTREAM_MODEL), end);

    const received = await receive([...bytes].map((byte) => Uint8Array.of(byte)));

    expect(received).toBe(EXPECTED);
  });

  it('reaches the client the same, all in one', async () => {
    const { receive } = await startMapped();

    const received = await receive([withLineEnds(streamOf(UPSTREAM_MODEL), '\n')]);

    expect(received).toBe(EXPECTED);
  });

  it('loses a byte order mark and nothing else', async () => {
    const { receive } = await startMapped();

    const received = await receive([Buffer.from(`\uFEFF${streamOf(UPSTREAM_MODEL)}`)]);

    expect(received).toBe(EXPECTED);
  });
});
