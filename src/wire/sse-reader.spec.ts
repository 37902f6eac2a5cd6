import { describe, expect, it } from '@jest/globals';
import type { SseEvent } from './sse-event.js';
import { SseLimitError } from './sse-limit-error.js';
import { SseReader } from './sse-reader.js';

interface Seen {
  readonly block: string;
  readonly data: string | undefined;
  readonly lines: number;
  readonly terminated: boolean;
}

function see(event: SseEvent): Seen {
  const { bytes, dataBytes, dataLines, terminated } = event;
  return {
    block: Buffer.from(bytes.subarray(event.start, event.end)).toString(),
    data:
      dataLines === 0
        ? undefined
        : Buffer.from(dataBytes.subarray(event.dataStart, event.dataEnd)).toString(),
    lines: dataLines,
    terminated,
  };
}

function readAll(...chunks: readonly string[]): Seen[] {
  const seen: Seen[] = [];
  const reader = new SseReader((event) => seen.push(see(event)));
  for (const chunk of chunks) {
    reader.push(Buffer.from(chunk));
  }
  reader.end();
  return seen;
}

const blocks = (...chunks: readonly string[]): string[] =>
  readAll(...chunks).map((event) => event.block);
const data = (...chunks: readonly string[]): (string | undefined)[] =>
  readAll(...chunks).map((event) => event.data);

describe('SseReader', () => {
  it('hands out each event with its payload', () => {
    expect(readAll('data: {"id":1}\n\ndata: [DONE]\n\n')).toStrictEqual([
      { block: 'data: {"id":1}\n\n', data: '{"id":1}', lines: 1, terminated: true },
      { block: 'data: [DONE]\n\n', data: '[DONE]', lines: 1, terminated: true },
    ]);
  });

  it('shows an event that lies whole in a chunk as a view of it', () => {
    const chunk = Buffer.from('data: a\n\ndata: b\n\n');
    const ranges: number[][] = [];
    const reader = new SseReader((event) => {
      expect(event.bytes).toBe(chunk);
      expect(event.dataBytes).toBe(chunk);
      ranges.push([event.start, event.end, event.dataStart, event.dataEnd]);
    });
    reader.push(chunk);

    expect(ranges).toStrictEqual([
      [0, 9, 6, 7],
      [9, 18, 15, 16],
    ]);
  });

  it('takes a plain Uint8Array', () => {
    const seen: Seen[] = [];
    const reader = new SseReader((event) => seen.push(see(event)));
    reader.push(new TextEncoder().encode('xdata: a\n\n').subarray(1));

    expect(seen.map((event) => event.data)).toStrictEqual(['a']);
  });

  it('removes one space behind the colon, no more', () => {
    expect(data('data:a\n\ndata: a\n\ndata:  a\n\ndata:\ta\n\n')).toStrictEqual([
      'a',
      'a',
      ' a',
      '\ta',
    ]);
  });

  it('counts a data line without a value as empty', () => {
    expect(data('data\n\ndata:\n\ndata: \n\n')).toStrictEqual(['', '', '']);
  });

  it('joins several data lines with LF', () => {
    const [event] = readAll('data: {\ndata:  "a": 1\nid: 7\ndata\ndata: }\n\n');

    expect(event).toMatchObject({ data: '{\n "a": 1\n\n}', lines: 4 });
  });

  it('finds the data line among others', () => {
    expect(data('event: message\n: note\ndata: a\nid: 1\n\n')).toStrictEqual(['a']);
  });

  it('takes no other field for data', () => {
    expect(
      data('datax: a\n\ndata : a\n\n data: a\n\nData: a\n\ndat: a\n\ndat\n\n:data: a\n\n'),
    ).toStrictEqual(new Array(7).fill(undefined));
  });

  it('hands out a block of comments', () => {
    expect(readAll(': ping\n\n')).toStrictEqual([
      { block: ': ping\n\n', data: undefined, lines: 0, terminated: true },
    ]);
  });

  it.each([
    ['LF', 'data: a\ndata: b\n\ndata: c\n\n'],
    ['CRLF', 'data: a\r\ndata: b\r\n\r\ndata: c\r\n\r\n'],
    ['CR', 'data: a\rdata: b\r\rdata: c\r\r'],
    ['mixed line ends', 'data: a\rdata: b\n\r\ndata: c\r\n\n'],
  ])('reads %s and hands out LF', (_, stream) => {
    expect(blocks(stream)).toStrictEqual(['data: a\ndata: b\n\n', 'data: c\n\n']);
    expect(data(stream)).toStrictEqual(['a\nb', 'c']);
  });

  it('completes an event at a CR and drops the LF of the next packet', () => {
    const seen: Seen[] = [];
    const reader = new SseReader((event) => seen.push(see(event)));
    reader.push(Buffer.from('data: a\r\n\r'));
    expect(seen.map((event) => event.block)).toStrictEqual(['data: a\n\n']);

    reader.push(Buffer.from('\ndata: b\n\n'));
    expect(seen.map((event) => event.block)).toStrictEqual(['data: a\n\n', 'data: b\n\n']);
  });

  it('takes CR and LF in two packets for one line end', () => {
    expect(blocks('data: a\r', '\ndata: b\n\n')).toStrictEqual(['data: a\ndata: b\n\n']);
  });

  it('hands out each event with the byte that completes it', () => {
    const stream = Buffer.from(': hi\n\nevent: x\ndata: é\n\ndata: b\r\n\r\ndata: c\n\n');
    const completedAt: number[] = [];
    let position = 0;
    const reader = new SseReader(() => completedAt.push(position));
    for (; position < stream.length; position += 1) {
      reader.push(stream.subarray(position, position + 1));
    }

    const text = stream.toString('latin1');
    expect(completedAt).toStrictEqual([
      text.indexOf('\n\n') + 1,
      text.indexOf('\n\ndata: b') + 1,
      text.indexOf('\r\n\r') + 2,
      text.length - 1,
    ]);
  });

  it('drops a byte order mark, wherever it is cut', () => {
    const stream = Buffer.from('\uFEFFdata: a\n\ndata: b\n\n');
    for (let cut = 0; cut <= 5; cut += 1) {
      const seen: string[] = [];
      const reader = new SseReader((event) => seen.push(see(event).block));
      reader.push(stream.subarray(0, cut));
      reader.push(stream.subarray(cut));
      expect(seen).toStrictEqual(['data: a\n\n', 'data: b\n\n']);
    }
  });

  it('knows a byte order mark only at the very front', () => {
    expect(data('\uFEFF\n\ndata: a\n\n')).toStrictEqual(['a']);
    expect(data('\uFEFF\ndata: a\n\n')).toStrictEqual(['a']);
    expect(data('\uFEFF\uFEFFdata: a\n\n')).toStrictEqual([undefined]);
    expect(data('\n\uFEFFdata: a\n\n')).toStrictEqual([undefined]);
    expect(data('\n', '\uFEFFdata: a\n\n')).toStrictEqual([undefined]);
    expect(data('data: a\n\n\uFEFFdata: b\n\n')).toStrictEqual(['a', undefined]);
    expect(data('\uFEFF')).toStrictEqual([]);
  });

  it('drops further blank lines', () => {
    expect(blocks('\n\r\ndata: a\n\n\n\r\n', '\n', '\rdata: b\n\n')).toStrictEqual([
      'data: a\n\n',
      'data: b\n\n',
    ]);
  });

  it('hands out a rest when the stream ends', () => {
    expect(readAll('data: a\n\ndata: [DONE]')).toStrictEqual([
      { block: 'data: a\n\n', data: 'a', lines: 1, terminated: true },
      { block: 'data: [DONE]', data: '[DONE]', lines: 1, terminated: false },
    ]);
    expect(readAll('data: [DONE]\r')).toStrictEqual([
      { block: 'data: [DONE]\n', data: '[DONE]', lines: 1, terminated: false },
    ]);
    expect(readAll('data: a\nda', 'ta')).toStrictEqual([
      { block: 'data: a\ndata', data: 'a\n', lines: 2, terminated: false },
    ]);
  });

  it('hands out nothing when nothing is left', () => {
    expect(readAll('')).toStrictEqual([]);
    expect(readAll('\n\n')).toStrictEqual([]);
    expect(readAll('data: a\n\n', '')).toHaveLength(1);
  });

  it('says how many bytes it holds', () => {
    const reader = new SseReader(() => undefined);
    reader.push(Buffer.from('data: a\n\ndata'));
    expect(reader.pending).toBe(4);
    reader.push(Buffer.from(': b\n'));
    expect(reader.pending).toBe(8);
    reader.push(Buffer.from('\n'));
    expect(reader.pending).toBe(0);
  });

  it('never writes to bytes it has handed out', () => {
    const kept: Uint8Array[] = [];
    const reader = new SseReader((event) =>
      kept.push(event.bytes.subarray(event.start, event.end)),
    );
    for (const packet of ['data: a', 'a\n\ndata: b', 'b\n\ndata: c', 'c\n\n']) {
      reader.push(Buffer.from(packet));
    }

    expect(kept.map((bytes) => Buffer.from(bytes).toString())).toStrictEqual([
      'data: aa\n\n',
      'data: bb\n\n',
      'data: cc\n\n',
    ]);
  });

  it('assembles a large event from very many packets', () => {
    const stream = Buffer.from(`data: ${'x'.repeat(200_000)}\n\n`);
    const lengths: number[] = [];
    const reader = new SseReader((event) => lengths.push(event.dataEnd - event.dataStart));
    for (let position = 0; position < stream.length; position += 1) {
      reader.push(stream.subarray(position, position + 1));
    }

    expect(lengths).toStrictEqual([200_000]);
  });

  describe('limit', () => {
    const stream = 'data: a\n\ndata: bbbb\n\ndata: c\n\n';

    it.each([1, 3, 8, stream.length])('is the same for packets of %i bytes', (size) => {
      const seen: string[] = [];
      const reader = new SseReader((event) => seen.push(see(event).block), 11);
      const pushAll = (): void => {
        for (let position = 0; position < stream.length; position += size) {
          reader.push(Buffer.from(stream.slice(position, position + size)));
        }
      };

      expect(pushAll).toThrow(new SseLimitError(11));
      expect(seen).toStrictEqual(['data: a\n\n']);
    });

    it('lets an event pass that just reaches it', () => {
      const seen: string[] = [];
      const reader = new SseReader((event) => seen.push(see(event).block), 12);
      reader.push(Buffer.from(stream));

      expect(seen).toHaveLength(3);
    });
  });
});
