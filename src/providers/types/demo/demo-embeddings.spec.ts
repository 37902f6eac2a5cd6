import { describe, expect, it } from '@jest/globals';
import { createEmbeddings } from './demo-embeddings.js';
import { DemoRequestError } from './demo-request.js';

interface Answer {
  readonly model: string;
  readonly data: readonly { readonly index: number; readonly embedding: unknown }[];
  readonly usage: object;
}

function embed(body: object): Answer {
  return JSON.parse(createEmbeddings({ model: 'demo', ...body }).toString()) as Answer;
}

function vectorsOf(body: object): number[][] {
  return embed(body).data.map(({ embedding }) => embedding as number[]);
}

describe('createEmbeddings', () => {
  it('answers with one vector a text, in order, and counts what it was given', () => {
    const answer = embed({ input: ['one two', 'three'] });

    expect(answer).toMatchObject({
      object: 'list',
      model: 'demo',
      data: [
        { object: 'embedding', index: 0 },
        { object: 'embedding', index: 1 },
      ],
      usage: { prompt_tokens: 3, total_tokens: 3 },
    });
    expect(answer.data).toHaveLength(2);
  });

  it('gives equal texts equal vectors, and other texts others', () => {
    const [first, second, third] = vectorsOf({ input: ['a', 'a', 'b'] });

    expect(first).toStrictEqual(second);
    expect(first).not.toStrictEqual(third);
    expect(vectorsOf({ input: 'a' })).toStrictEqual([first]);
  });

  it.each([undefined, null, 1, 2, 1536, 4096])('has as many dimensions as asked: %j', (size) => {
    const [vector = []] = vectorsOf({ input: 'a', dimensions: size });

    expect(vector).toHaveLength(size ?? 256);
    expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
  });

  it('says the same in base64 as in numbers', () => {
    const [numbers] = vectorsOf({ input: 'a', dimensions: 7 });
    const [coded] = embed({ input: 'a', dimensions: 7, encoding_format: 'base64' }).data;

    const bytes = Buffer.from(coded?.embedding as string, 'base64');
    const floats = Array.from({ length: 7 }, (_, index) => bytes.readFloatLE(index * 4));

    expect(bytes).toHaveLength(28);
    expect(floats).toStrictEqual(numbers);
  });

  it.each([
    ['tokens', [1, 2, 3], 1],
    ['lists of tokens', [[1, 2, 3], [4]], 2],
  ])('takes %s in place of text', (_name, input, count) => {
    const { data } = embed({ input });

    expect(data).toHaveLength(count);
  });

  it.each([
    [{}, 'input'],
    [{ input: [] }, 'input'],
    [{ input: [1, 2.5] }, 'input'],
    [{ input: [[1, 2], []] }, 'input'],
    [{ input: ['a', null] }, 'input'],
    [{ input: 'a', dimensions: 0 }, 'dimensions'],
    [{ input: 'a', dimensions: 4097 }, 'dimensions'],
    [{ input: 'a', dimensions: 1.5 }, 'dimensions'],
    [{ input: 'a', dimensions: '3' }, 'dimensions'],
  ])('refuses %j', (body, param) => {
    expect(() => embed(body)).toThrow(DemoRequestError);
    expect(() => embed(body)).toThrow(param);
  });
});
