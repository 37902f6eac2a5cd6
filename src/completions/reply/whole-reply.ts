import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import {
  type ProxyError,
  UpstreamAuthError,
  UpstreamInvalidResponseError,
  UpstreamRefusalError,
} from '../../errors/index.js';
import type { TokenUsage, WholeReply } from '../../http/index.js';
import {
  type AttemptOutcome,
  hiddenRefusalFrom,
  outcomeOf,
  refusalFrom,
} from '../../providers/index.js';
import { type Span, splice } from '../../wire/index.js';
import { AnswerReader, textOf } from './answer-reader.js';
import { withoutSecrets } from './redaction.js';
import { replyHeaders } from './reply-headers.js';
import { refusesOurKey, upstreamErrorOf } from './upstream-refusal.js';

/** A provider's whole answer, all of it read. */
export interface UpstreamAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
}

/** What becomes of it: a reply, with its usage, or an error of ours in its place. */
export type WholeResult = { readonly outcome: AttemptOutcome } & (
  | {
      readonly reply: WholeReply;
      readonly usage: TokenUsage | undefined;
      /** Where the answer as it came names its model. */
      readonly modelSpan?: Span | undefined;
    }
  | { readonly error: ProxyError }
);

const JSON_TYPE = 'application/json';
/** The code of a refusal that gives none. */
const UNNAMED = 'upstream_error';

/**
 * Maps a whole answer back to the client. An answer keeps its bytes but for the model's name. A
 * refusal keeps its status, and its body if that is JSON; a refusal of our key becomes a 502.
 *
 * @param model - the name the client knows the model by, as JSON; undefined leaves the provider's
 * @param secrets - words that a provider may repeat from our request, and nobody may see
 */
export function toWholeReply(
  answer: UpstreamAnswer,
  model: Uint8Array | undefined,
  secrets: readonly string[],
): WholeResult {
  const { status } = answer;
  if (status >= 200 && status < 300) {
    return toAnswer(answer, model, secrets);
  }
  if (status < 400 || status > 599) {
    return { outcome: 'broken', error: new UpstreamInvalidResponseError() };
  }
  return toRefusal(answer, secrets);
}

function toAnswer(
  answer: UpstreamAnswer,
  model: Uint8Array | undefined,
  secrets: readonly string[],
): WholeResult {
  const { status, headers, body } = answer;
  const reader = new AnswerReader();
  if (!reader.read(body) || !isUtf8(body)) {
    return { outcome: 'broken', error: new UpstreamInvalidResponseError() };
  }
  if (reader.errorSpan !== undefined) {
    const { start, end } = reader.errorSpan;
    const refusal = hiddenRefusalFrom(textOf(body, start, end));
    return { outcome: outcomeOf(refusal), error: upstreamErrorOf(refusal, secrets) };
  }
  const mapped =
    model === undefined || reader.modelSpans.length === 0
      ? body
      : Buffer.concat(splice(body, reader.modelSpans, model));
  const reply = jsonReply(status, replyHeaders(headers, secrets), mapped);
  return { outcome: 'success', reply, usage: reader.usage, modelSpan: reader.modelSpans[0] };
}

function toRefusal(
  { status, headers, body }: UpstreamAnswer,
  secrets: readonly string[],
): WholeResult {
  const refusal = refusalFrom(status, body);
  const outcome = outcomeOf(refusal);
  if (refusesOurKey(refusal)) {
    return { outcome, error: new UpstreamAuthError() };
  }
  const kept = replyHeaders(headers, secrets);
  const text = withoutSecrets(Buffer.from(body).toString(), secrets);
  if (isJsonContainer(text)) {
    const code = withoutSecrets(refusal.code ?? refusal.type ?? UNNAMED, secrets);
    const reply = { ...jsonReply(status, kept, Buffer.from(text)), code };
    return { outcome, reply, usage: undefined };
  }
  const { error } = new UpstreamRefusalError(status, {
    message: `The provider answered with status ${status}.`,
  }).toBody();
  const wrapped = Buffer.from(JSON.stringify({ error }));
  return {
    outcome,
    reply: { ...jsonReply(status, kept, wrapped), code: UNNAMED },
    usage: undefined,
  };
}

function jsonReply(status: number, headers: OutgoingHttpHeaders, body: Uint8Array): WholeReply {
  return {
    kind: 'whole',
    status,
    headers: { ...headers, 'content-type': JSON_TYPE },
    body,
  };
}

function isJsonContainer(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}
