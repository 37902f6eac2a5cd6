import { JsonCursor } from '../../wire/index.js';
import type { CompletionRequest } from '../completion-request.js';
import { textOf } from '../reply/answer-reader.js';

const COUNT = Buffer.from('n');
const PROMPT = Buffer.from('prompt');

const QUOTE = 0x22;
const DIGIT_NINE = 0x39;

/**
 * @returns how many choices a request asks for, at least 1: `n`, and of a text completion so many
 *   for each of its prompts (https://platform.openai.com/docs/api-reference/completions/create)
 */
export function requestedChoices({ bytes }: CompletionRequest): number {
  const cursor = new JsonCursor().reset(bytes);
  let count = 1;
  let prompts = 1;
  cursor.enterObject();
  while (cursor.nextMember()) {
    if (cursor.keyEquals(COUNT)) {
      cursor.skipValue();
      count = Number(textOf(bytes, cursor.valueStart, cursor.valueEnd));
    } else if (cursor.keyEquals(PROMPT) && cursor.enterArray()) {
      prompts = readPrompts(cursor);
    }
  }
  return (count > 1 ? count : 1) * prompts;
}

/** A list of numbers is one prompt, in tokens. */
function readPrompts(cursor: JsonCursor): number {
  let prompts = 0;
  while (cursor.nextElement()) {
    const isToken = cursor.valueByte <= DIGIT_NINE && cursor.valueByte !== QUOTE;
    prompts = isToken ? 1 : prompts + 1;
  }
  return Math.max(1, prompts);
}
