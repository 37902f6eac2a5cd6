/** The bytes of every answer to one model, made once. */
export interface CannedAnswers {
  /** A whole JSON answer with its HTTP head. */
  readonly whole: Buffer;
  /** The HTTP head of a stream, the event with the role, and the first with a token. */
  readonly opening: Buffer;
  /** One event with one token, about 270 bytes. */
  readonly event: Buffer;
  /** The event with the finish_reason, `[DONE]`, and the end of the answer. */
  readonly ending: Buffer;
  /** The same, with the usage that was asked for. */
  readonly endingWithUsage: Buffer;
}

const USAGE = { prompt_tokens: 28, completion_tokens: 64, total_tokens: 92 };
const FINGERPRINT = 'fp_de604bd877';

const TEXT =
  'A proxy reads, routes, rewrites and accounts, and each of these costs something: a copy, a ' +
  'promise, a timer, a line in a log. What it costs is what this benchmark wants to know, in ' +
  'microseconds of one core.';

const HEAD = 'HTTP/1.1 200 OK\r\nx-request-id: req_0a1b2c3d4e5f\r\n';

/** @param model - the provider's name of the model, which the answers carry */
export function cannedAnswers(model: string): CannedAnswers {
  const token = chunkOf(model, { content: ' microseconds' }, null);
  const finish = chunkOf(model, {}, 'stop');
  const usage = event({ ...chunkBase(model), choices: [], usage: USAGE });
  const done = `${frame('data: [DONE]\n\n')}0\r\n\r\n`;
  return {
    whole: wholeAnswer(model),
    opening: Buffer.from(
      `${HEAD}content-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n` +
        chunkOf(model, { role: 'assistant', content: '', refusal: null }, null) +
        token,
    ),
    event: Buffer.from(token),
    ending: Buffer.from(finish + done),
    endingWithUsage: Buffer.from(finish + usage + done),
  };
}

function wholeAnswer(model: string): Buffer {
  const body = JSON.stringify({
    id: 'chatcmpl-D8Z5f52zQqikDBEKQMQoYcWMcWPeU',
    object: 'chat.completion',
    created: 1770933883,
    model,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: TEXT, refusal: null, annotations: [] },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage: USAGE,
    service_tier: 'default',
    system_fingerprint: FINGERPRINT,
  });
  return Buffer.from(
    `${HEAD}content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

function chunkOf(model: string, delta: object, finishReason: string | null): string {
  return event({
    ...chunkBase(model),
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
    usage: null,
  });
}

function chunkBase(model: string): object {
  return {
    id: 'chatcmpl-D8Z5oo6uDh67AD85p73ksdT1KxhE0',
    object: 'chat.completion.chunk',
    created: 1770933892,
    model,
    service_tier: 'default',
    system_fingerprint: FINGERPRINT,
  };
}

function event(data: object): string {
  return frame(`data: ${JSON.stringify(data)}\n\n`);
}

/** One chunk of a chunked body (RFC 9112 section 7.1); the text is ASCII. */
function frame(text: string): string {
  return `${text.length.toString(16)}\r\n${text}\r\n`;
}
