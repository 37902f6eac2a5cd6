import { type Edit, JsonCursor, jsonString } from '../../wire/index.js';
import type { CompletionRequest } from '../completion-request.js';
import { textOf } from '../reply/answer-reader.js';
import type { SentAnswer } from './sent-answer.js';

/**
 * How a provider is told to continue the last message.
 *
 * - `continue_final_message`: a member of the body (vLLM, SGLang, llama.cpp), which excludes
 *   `add_generation_prompt`: https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html
 * - `prefix`: a member of the message (Mistral; DeepSeek, whose address then ends in `/beta`):
 *   https://docs.mistral.ai/guides/prefix/,
 *   https://api-docs.deepseek.com/guides/chat_prefix_completion
 * - `trailing`: nothing but the message (Anthropic, where a model supports it):
 *   https://docs.anthropic.com/en/docs/build-with-claude/prompt-engineering/prefill-claudes-response
 * - `any`: all of them at once, for providers that ignore what they do not know
 */
export type PrefillStyle = 'any' | 'continue_final_message' | 'prefix' | 'trailing';

/** The partial answer, as part of a request. */
export interface Prefill {
  /** Edits of the client's bytes that put it in. */
  readonly edits: readonly Edit[];
  /** How much of the text it has, UTF-16 units: for `Replay`, where the second stream begins. */
  readonly length: number;
}

const MESSAGES = Buffer.from('messages');
const ROLE = Buffer.from('role');
const ASSISTANT = '"assistant"';
const COUNT = Buffer.from('n');
const ONE = '1';
const RESPONSE_FORMAT = Buffer.from('response_format');
const PLAIN_TEXT = /^\{\s*"type"\s*:\s*"text"\s*\}$/;

/**
 * Members with which a continuation would not fit: formats that are enforced from the first new
 * token on, as if the answer began there, and what the client itself says of its last message.
 */
const CONFLICTS = [
  'structured_outputs',
  'guided_json',
  'guided_regex',
  'guided_choice',
  'guided_grammar',
  'json_schema',
  'grammar',
  'regex',
  'ebnf',
  'continue_final_message',
  'add_generation_prompt',
].map((name) => Buffer.from(name));

const LETTER_N = 0x6e;

const BODY_MEMBERS = Buffer.from('"continue_final_message":true,"add_generation_prompt":false,');

/**
 * Has the partial answer continued instead of begun anew. White space at its end stays out of the
 * request: Anthropic refuses it, Mistral and many chat templates take it off, and the provider
 * brings it again, which `Replay` checks.
 *
 * Limits on the length of the answer (`max_tokens`) then hold for the continuation alone: the
 * proxy does not count tokens.
 *
 * @returns undefined when the partial answer cannot be said so: it is more than the text of one
 *   message (tool calls, reasoning, several choices), or complete, or empty, or the request is
 *   none for a chat, or one of those whose answer cannot be continued
 */
export function prefill(
  request: CompletionRequest,
  sent: SentAnswer,
  style: PrefillStyle,
): Prefill | undefined {
  const text = textAlone(sent)?.trimEnd();
  const messagesEnd = findMessagesEnd(request.bytes);
  if (text === undefined || text === '' || messagesEnd === undefined) {
    return undefined;
  }
  const edits: Edit[] = [
    { start: messagesEnd, end: messagesEnd, replacement: messageOf(text, style) },
  ];
  if (style === 'any' || style === 'continue_final_message') {
    edits.push({ start: request.inside, end: request.inside, replacement: BODY_MEMBERS });
  }
  return { edits, length: text.length };
}

/** @returns the text of an unfinished answer that is nothing else */
function textAlone({ choices }: SentAnswer): string | undefined {
  const choice = choices.get(0);
  const isAlone = choices.size === 1 && choice?.texts.size === 1;
  return isAlone && choice.finishReason === undefined ? choice.texts.get('content') : undefined;
}

function messageOf(text: string, style: PrefillStyle): Uint8Array {
  const end = style === 'any' || style === 'prefix' ? ',"prefix":true}' : '}';
  return Buffer.concat([
    Buffer.from(',{"role":"assistant","content":'),
    jsonString(text),
    Buffer.from(end),
  ]);
}

/**
 * @param bytes - a valid request
 * @returns the position behind the last message; undefined when no message can follow it
 */
function findMessagesEnd(bytes: Uint8Array): number | undefined {
  const cursor = new JsonCursor().reset(bytes);
  let end: number | undefined;
  let isFit = true;
  cursor.enterObject();
  while (isFit && cursor.nextMember()) {
    if (cursor.keyEquals(MESSAGES)) {
      // Which of two lists a provider would read is not ours to guess.
      const isOnly = end === undefined;
      end = lastMessageEnd(cursor, bytes);
      isFit = isOnly && end !== undefined;
    } else if (cursor.keyEquals(COUNT)) {
      isFit = cursor.valueByte === LETTER_N || skippedText(cursor, bytes) === ONE;
    } else if (cursor.keyEquals(RESPONSE_FORMAT)) {
      isFit = cursor.valueByte === LETTER_N || PLAIN_TEXT.test(skippedText(cursor, bytes));
    } else if (CONFLICTS.some((name) => cursor.keyEquals(name))) {
      isFit = cursor.valueByte === LETTER_N;
    }
  }
  return isFit ? end : undefined;
}

/** An assistant's message at the end is a prefill of the client's own, which ours cannot follow. */
function lastMessageEnd(cursor: JsonCursor, bytes: Uint8Array): number | undefined {
  let end: number | undefined;
  let isAssistant = false;
  if (!cursor.enterArray()) {
    return undefined;
  }
  while (cursor.nextElement()) {
    isAssistant = roleOf(cursor, bytes) === ASSISTANT;
    end = cursor.position;
  }
  return isAssistant ? undefined : end;
}

/** Skips a message. @returns its role, as JSON */
function roleOf(cursor: JsonCursor, bytes: Uint8Array): string | undefined {
  let role: string | undefined;
  if (!cursor.enterObject()) {
    cursor.skipValue();
    return undefined;
  }
  while (cursor.nextMember()) {
    if (cursor.keyEquals(ROLE)) {
      role = skippedText(cursor, bytes);
    }
  }
  return role;
}

function skippedText(cursor: JsonCursor, bytes: Uint8Array): string {
  cursor.skipValue();
  return textOf(bytes, cursor.valueStart, cursor.valueEnd);
}
