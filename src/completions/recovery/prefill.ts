import type { Prefill } from '../../config/index.js';
import { JsonCursor, type Span, jsonString } from '../../wire/index.js';
import type { CompletionRequest } from '../completion-request.js';
import type { Edit } from '../upstream-body.js';
import type { Told } from './transcript.js';

const MESSAGES = Buffer.from('messages');
const OPENING_BRACKET = 0x5b;

/** Makes vLLM go on with the last message in place of answering it. */
const CONTINUE = Buffer.from('"continue_final_message":true,"add_generation_prompt":false,');

/**
 * Has a provider go on with an answer that broke off: the part that the client has goes along as the
 * assistant's last message. The forms: vLLM's `continue_final_message`
 * (https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html), `prefix` of DeepSeek
 * (https://api-docs.deepseek.com/guides/chat_prefix_completion) and Mistral
 * (https://docs.mistral.ai/capabilities/completion/prefix), and the bare last message, as Anthropic
 * has it.
 *
 * @returns what is changed in the client's request; undefined where a message cannot say what the
 * client has: tool calls, reasoning, several choices
 */
export function prefillEdits(
  request: CompletionRequest,
  told: Told,
  form: Exclude<Prefill, false>,
): readonly Edit[] | undefined {
  const text = plainTextOf(told);
  const messages = text === undefined ? undefined : messagesOf(request);
  if (text === undefined || messages === undefined) {
    return undefined;
  }
  const hasPrefix = form === 'prefix' || form === 'any';
  const message = [
    Buffer.from(',{"role":"assistant","content":'),
    jsonString(text),
    Buffer.from(hasPrefix ? ',"prefix":true}' : '}'),
  ];
  const end = messages.end - 1;
  const edits = [{ start: end, end, replacement: Buffer.concat(message) }];
  return form === 'continue_final_message' || form === 'any'
    ? [{ start: request.inside, end: request.inside, replacement: CONTINUE }, ...edits]
    : edits;
}

/** @returns the text of an answer that is nothing but text, and one */
function plainTextOf({ choices }: Told): string | undefined {
  const [choice, ...others] = choices.values();
  if (choice === undefined || others.length > 0 || choice.isFinished) {
    return undefined;
  }
  const content = choice.tracks.get('content');
  return choice.tracks.size === 1 ? content : undefined;
}

/** @returns where a request's only, not empty, list of messages stands */
function messagesOf({ bytes }: CompletionRequest): Span | undefined {
  const cursor = new JsonCursor().reset(bytes);
  const found: Span[] = [];
  cursor.enterObject();
  while (cursor.nextMember()) {
    const isList = cursor.keyEquals(MESSAGES) && cursor.valueByte === OPENING_BRACKET;
    const start = cursor.position;
    if (isList && cursor.enterArray() && cursor.nextElement()) {
      while (cursor.nextElement()) {
        // Only the end is looked for.
      }
      found.push({ start, end: cursor.position });
    } else {
      cursor.skipValue();
    }
  }
  return found.length === 1 ? found[0] : undefined;
}
