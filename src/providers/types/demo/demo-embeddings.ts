import { createHash } from 'node:crypto';
import { DemoRequestError } from './demo-request.js';
import { countTokens } from './tokens.js';

const DEFAULT_DIMENSIONS = 256;
const MAX_DIMENSIONS = 4096;

/**
 * Answers an embeddings request with vectors that are drawn from each text's hash: equal texts get
 * equal vectors of length 1, and nothing else is to be read into them.
 *
 * @param body - the parsed request, https://platform.openai.com/docs/api-reference/embeddings
 * @throws DemoRequestError when a field is missing or of the wrong kind
 */
export function createEmbeddings(body: Readonly<Record<string, unknown>>): Buffer {
  const inputs = readInputs(body['input']);
  const dimensions = readDimensions(body['dimensions']);
  const asBase64 = body['encoding_format'] === 'base64';
  const tokens = inputs.reduce((sum, text) => sum + countTokens(text), 0);
  return Buffer.from(
    JSON.stringify({
      object: 'list',
      data: inputs.map((text, index) => {
        const vector = vectorOf(text, dimensions);
        return {
          object: 'embedding',
          index,
          embedding: asBase64 ? Buffer.from(vector.buffer).toString('base64') : [...vector],
        };
      }),
      model: body['model'],
      usage: { prompt_tokens: tokens, total_tokens: tokens },
    }),
  );
}

/** @returns each text; tokens, which clients may send in place of it, stand for words */
function readInputs(input: unknown): readonly string[] {
  const isOne = !Array.isArray(input) || isTokens(input);
  const inputs: readonly unknown[] = isOne ? [input] : input;
  const texts = inputs.map((one) => (isTokens(one) ? one.join(' ') : one));
  if (texts.length === 0 || !texts.every((text) => typeof text === 'string')) {
    throw new DemoRequestError(
      "'input' must be a string, an array of tokens, or an array of these.",
      'input',
    );
  }
  return texts;
}

function isTokens(value: unknown): value is readonly number[] {
  return (
    Array.isArray(value) && value.length > 0 && value.every((token) => Number.isInteger(token))
  );
}

function readDimensions(dimensions: unknown): number {
  if (dimensions === undefined || dimensions === null) {
    return DEFAULT_DIMENSIONS;
  }
  if (
    typeof dimensions !== 'number' ||
    !Number.isInteger(dimensions) ||
    dimensions < 1 ||
    dimensions > MAX_DIMENSIONS
  ) {
    throw new DemoRequestError(
      `'dimensions' must be a whole number from 1 to ${MAX_DIMENSIONS}.`,
      'dimensions',
    );
  }
  return dimensions;
}

function vectorOf(text: string, dimensions: number): Float32Array {
  const bytes = createHash('shake256', { outputLength: dimensions }).update(text).digest();
  const centred = Float32Array.from(bytes, (byte) => byte - 127.5);
  const length = Math.hypot(...centred);
  return centred.map((value) => value / length);
}
