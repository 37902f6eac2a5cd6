import { describe, expect, it } from '@jest/globals';
import { SseLimitError } from '../../wire/index.js';
import { type StreamChanges, StreamTranslator } from './stream-translator.js';

const UNCHANGED: StreamChanges = {
  model: undefined,
  hidesUsage: false,
  choiceCount: 1,
  notesModel: false,
};
const RENAMED: StreamChanges = { ...UNCHANGED, model: Buffer.from('"client"') };
const HIDING: StreamChanges = { ...UNCHANGED, hidesUsage: true };

const DONE = 'data: [DONE]\n\n';
const CONTENT = 'data: {"model":"real","choices":[{"index":0,"delta":{"content":"a"}}]}\n\n';
const FINISH = 'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n';
const USAGE =
  'data: {"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}\n\n';
const COUNTS = { promptTokens: 1, completionTokens: 2, totalTokens: 3 };

interface Translated {
  readonly translator: StreamTranslator;
  readonly text: string;
}

/** All that is ready to be sent: what is kept apart comes last. */
function textOf(translator: StreamTranslator): string {
  return Buffer.concat([translator.take(), translator.takeErrorEvent()]).toString();
}

/** Translates a stream that comes in one packet, without its end. */
function push(stream: string, changes = UNCHANGED, secrets: readonly string[] = []): Translated {
  const translator = new StreamTranslator(changes, secrets);
  translator.push(Buffer.from(stream));
  return { translator, text: textOf(translator) };
}

/** Translates a stream that comes in one packet, and its end. */
function pushAll(stream: string, changes = UNCHANGED): Translated {
  const translator = new StreamTranslator(changes);
  translator.push(Buffer.from(stream));
  translator.end();
  return { translator, text: textOf(translator) };
}

describe('StreamTranslator: what needs no change', () => {
  it('passes as the very bytes that came', () => {
    const chunk = Buffer.from(`id: 7\nevent: x\n${CONTENT}${FINISH}${DONE}`);
    const translator = new StreamTranslator(UNCHANGED);

    translator.push(chunk);

    expect(translator.take()).toStrictEqual(chunk);
  });

  it('goes out as soon as its blank line is there, and not before', () => {
    const translator = new StreamTranslator(UNCHANGED);

    translator.push(Buffer.from(CONTENT.slice(0, -1)));
    expect(translator.hasOutput).toBe(false);

    translator.push(Buffer.from('\n'));
    expect(translator.hasOutput).toBe(true);
    expect(Buffer.from(translator.take()).toString()).toBe(CONTENT);
    expect(translator.hasOutput).toBe(false);
  });

  it('gives up when an event grows without end', () => {
    const translator = new StreamTranslator(UNCHANGED);
    const piece = Buffer.alloc(1024 * 1024, 0x61);

    expect(() => {
      for (let count = 0; count < 17; count += 1) {
        translator.push(piece);
      }
    }).toThrow(SseLimitError);
  });
});

describe('StreamTranslator: the model', () => {
  it('is renamed in every chunk, at the top level alone', () => {
    const chunk = 'data: {"model":"real","x":{"model":"real"},"choices":[]}\n\n';

    const { text } = push(chunk + chunk, RENAMED);

    expect(text).toBe(chunk.replace('"real"', '"client"').repeat(2));
  });

  it('is renamed whatever name the provider gives', () => {
    const { text } = push('data: {"model":"real-2025"}\n\ndata: {"model":""}\n\n', RENAMED);

    expect(text).toBe('data: {"model":"client"}\n\n'.repeat(2));
  });

  it('is renamed in every place that says it', () => {
    const { text } = push('data: {"model":"a","model":"client","model":"c"}\n\n', RENAMED);

    expect(text).toBe('data: {"model":"client","model":"client","model":"client"}\n\n');
  });

  it('leaves chunks alone that have none', () => {
    expect(push(FINISH, RENAMED).text).toBe(FINISH);
  });

  it('leaves the other lines of its event alone', () => {
    const event = 'id: 1\nevent: x\ndata: {"model":"real"}\nretry: 5\n\n';

    expect(push(event, RENAMED).text).toBe(event.replace('real', 'client'));
  });

  it('is renamed in data of several lines, which leaves as one', () => {
    const event = 'data: {"model":\ndata: "real","x":\ndata:1}\n\n';

    expect(push(event, RENAMED).text).toBe('data: {"model": "client","x": 1}\n\n');
  });
});

describe('StreamTranslator: usage', () => {
  it('is learnt from its own chunk, which passes when the client asked for it', () => {
    const { translator, text } = push(CONTENT + USAGE);

    expect(translator.usage).toStrictEqual(COUNTS);
    expect(text).toBe(CONTENT + USAGE);
  });

  it('is learnt from its own chunk, which stays here when only the proxy asked', () => {
    const { translator, text } = push(CONTENT + USAGE + DONE, HIDING);

    expect(translator.usage).toStrictEqual(COUNTS);
    expect(text).toBe(CONTENT + DONE);
  });

  it('that comes along with a choice passes in any case', () => {
    const chunk = 'data: {"choices":[{"delta":{"content":"a"}}],"usage":{"total_tokens":3}}\n\n';

    const { translator, text } = push(chunk, HIDING);

    expect(translator.usage?.totalTokens).toBe(3);
    expect(text).toBe(chunk);
  });

  it.each(['data: {"choices":[]}\n\n', 'data: {"choices":[],"usage":null}\n\n'])(
    'that is not reported hides nothing: %j',
    (chunk) => {
      const { translator, text } = push(CONTENT + chunk, HIDING);

      expect(translator.usage).toBeUndefined();
      expect(text).toBe(CONTENT + chunk);
    },
  );

  it('is the latest that was reported, and later zeros do not undo it', () => {
    const zeros = 'data: {"choices":[],"usage":{"prompt_tokens":0,"total_tokens":0}}\n\n';

    expect(push(zeros + USAGE).translator.usage).toStrictEqual(COUNTS);
    expect(push(USAGE + zeros).translator.usage).toStrictEqual(COUNTS);
  });

  it('of zero is a count', () => {
    expect(push('data: {"usage":{"completion_tokens":0}}\n\n').translator.usage).toMatchObject({
      completionTokens: 0,
    });
  });
});

describe('StreamTranslator: comments', () => {
  it('before the first content stay here, those after it pass', () => {
    const role = 'data: {"choices":[{"delta":{"role":"assistant"}}]}\n\n';

    const { translator, text } = push(`: one\n\n${role}: two\n\n${CONTENT}: three\n\n`);

    expect(text).toBe(`${role}${CONTENT}: three\n\n`);
    expect(translator.malformedEvents).toBe(0);
  });

  it('do not count as content', () => {
    expect(push(': hello\n\nevent: ping\n\n').translator.hasContent).toBe(false);
  });

  it('that belong to an event pass with it', () => {
    expect(push(`: note\n${CONTENT}`).text).toBe(`: note\n${CONTENT}`);
  });

  it('that the stream breaks off in do not pass', () => {
    expect(pushAll(`${CONTENT}: unfinished`).text).toBe(CONTENT);
  });
});

describe('StreamTranslator: [DONE]', () => {
  it.each(['data: [DONE]\n\n', 'data:[DONE]\n\n', 'event: done\ndata: [DONE]\n\n'])(
    '%j ends the stream',
    (done) => {
      const { translator, text } = push(CONTENT + done + CONTENT);

      expect(translator.isDone).toBe(true);
      expect(text).toBe(CONTENT + done);
    },
  );

  it('without its blank line ends the stream too, and gets one', () => {
    expect(pushAll(`${CONTENT}data: [DONE]`).text).toBe(CONTENT + DONE);
    expect(pushAll(`${CONTENT}data: [DONE]\n`).text).toBe(CONTENT + DONE);
  });

  it('inside a text ends nothing', () => {
    const chunk = 'data: {"choices":[{"delta":{"content":"[DONE]"}}]}\n\n';

    expect(push(chunk).translator.isDone).toBe(false);
  });

  it('is added when the stream ended after a finish_reason', () => {
    const { translator, text } = pushAll(CONTENT + FINISH);

    expect(translator.isDone).toBe(true);
    expect(text).toBe(CONTENT + FINISH + DONE);
  });

  it('is added once', () => {
    expect(pushAll(CONTENT + FINISH + DONE).text).toBe(CONTENT + FINISH + DONE);
  });

  it.each([
    ['without a finish_reason', CONTENT],
    ['with an empty finish_reason', CONTENT + FINISH.replace('stop', '')],
    ['with an error', `${FINISH}data: {"error":{"message":"no"}}\n\n`],
    ['with nothing at all', ''],
  ])('is not added to a stream that ended %s', (_name, stream) => {
    const { translator, text } = pushAll(stream);

    expect(translator.isDone).toBe(false);
    expect(text).toBe(stream);
  });

  it('alone is a stream', () => {
    const { translator, text } = push(DONE);

    expect(translator.hasContent).toBe(true);
    expect(text).toBe(DONE);
  });
});

describe('StreamTranslator: events that are not JSON', () => {
  it.each([
    ['text', 'data: oops\n\n'],
    ['half an object', 'data: {"choices":[\n\n'],
    ['nothing', 'data:\n\n'],
    ['a list', 'data: []\n\n'],
    ['two objects', 'data: {}{}\n\n'],
  ])('are dropped and counted: %s', (_name, event) => {
    const { translator, text } = push(CONTENT + event + event + FINISH);

    expect(text).toBe(CONTENT + FINISH);
    expect(translator.malformedEvents).toBe(2);
  });

  it('teach nothing', () => {
    const { translator } = push(
      'data: {"usage":{"total_tokens":9},"error":"no","choices":[{"finish_reason":"stop"}]\n\n',
    );

    expect(translator).toMatchObject({ usage: undefined, error: undefined, hasContent: false });
    expect(translator.end()).toBe(false);
  });

  it('are counted when the stream breaks off in one', () => {
    const { translator, text } = pushAll(`${CONTENT}data: {"choices":[{"del`);

    expect(text).toBe(CONTENT);
    expect(translator.malformedEvents).toBe(1);
  });
});

describe('StreamTranslator: an error event', () => {
  const ERROR = 'data: {"error":{"message":"no","code":500}}\n\n';

  it('in place of an answer is a refusal', () => {
    const { translator } = push(`: hello\n\n${ERROR}`);

    expect(translator).toMatchObject({ error: '{"message":"no","code":500}', isRefused: true });
  });

  it('after content is none, and passes on', () => {
    const { translator, text } = push(CONTENT + ERROR);

    expect(translator).toMatchObject({ error: '{"message":"no","code":500}', isRefused: false });
    expect(text).toBe(CONTENT + ERROR);
  });

  it('ends the stream: nothing behind it passes, no [DONE] either', () => {
    const { translator, text } = pushAll(CONTENT + ERROR + CONTENT + FINISH + DONE);

    expect(text).toBe(CONTENT + ERROR);
    expect(translator.isDone).toBe(false);
  });

  it('after a refusal of the same stream changes nothing', () => {
    const { translator } = push(`${ERROR}${ERROR.replace('no', 'other')}`);

    expect(translator).toMatchObject({ error: '{"message":"no","code":500}', isRefused: true });
  });

  it('gets the name of the model that the client knows', () => {
    const { text } = push(`${CONTENT}data: {"model":"real","error":"no"}\n\n`, RENAMED);

    expect(text).toContain('data: {"model":"client","error":"no"}\n\n');
  });

  it('does not repeat a secret to the client', () => {
    const error = 'data: {"error":{"message":"bad key sk-12345678"}}\n\n';

    const { translator, text } = push(CONTENT + error, UNCHANGED, ['sk-12345678']);

    expect(text).toBe(`${CONTENT}data: {"error":{"message":"bad key [redacted]"}}\n\n`);
    expect(translator.error).toBe('{"message":"bad key sk-12345678"}');
  });

  it('is said in our words where a secret cannot be taken out of it', () => {
    const error = 'data: {"error":{"message":"bad","account":12345678}}\n\n';

    const { text } = push(CONTENT + error, UNCHANGED, ['12345678']);

    expect(text).not.toContain('12345678');
    const [, data = ''] = /data: (\{"error".*)\n\n$/.exec(text) ?? [];
    expect(JSON.parse(data)).toMatchObject({ error: { message: 'bad' } });
  });
});

describe('StreamTranslator: content', () => {
  it('is not there before an event says something', () => {
    const translator = new StreamTranslator(UNCHANGED);

    translator.push(Buffer.from('data: {"choices":[{"delta":{"role":"assistant"}}]}\n\n'));
    expect(translator.hasContent).toBe(false);

    translator.push(Buffer.from(CONTENT));
    expect(translator.hasContent).toBe(true);
  });
});

describe('StreamTranslator: a rest without its blank line', () => {
  it.each(['', '\n'])('passes when it is a whole event, and gets one (after %j)', (end) => {
    const rest = FINISH.trimEnd() + end;

    expect(pushAll(CONTENT + rest).text).toBe(CONTENT + FINISH + DONE);
  });

  it('gets one when its model is renamed, too', () => {
    const rest = CONTENT.trimEnd();

    expect(pushAll(rest, RENAMED).text).toBe(CONTENT.replace('real', 'client'));
  });
});

describe('StreamTranslator: several choices', () => {
  const chunk = (index: number, finishReason: string | null): string =>
    `data: ${JSON.stringify({ choices: [{ delta: { content: 'abc' }, finish_reason: finishReason, index }] })}\n\n`;

  it('are not whole while one of them has not finished', () => {
    const { translator, text } = pushAll(chunk(0, null) + chunk(1, null) + chunk(0, 'stop'));

    expect(translator.isDone).toBe(false);
    expect(text).not.toContain('[DONE]');
  });

  it('are whole when each has finished, and get the missing end', () => {
    const { translator, text } = pushAll(
      chunk(0, null) + chunk(1, null) + chunk(0, 'stop') + chunk(1, 'length'),
    );

    expect(translator.isDone).toBe(true);
    expect(text.endsWith(DONE)).toBe(true);
  });

  it('are not whole while one of them has not begun', () => {
    const { translator, text } = pushAll(chunk(0, null) + chunk(0, 'stop'), {
      ...UNCHANGED,
      choiceCount: 2,
    });

    expect(translator.isDone).toBe(false);
    expect(text).not.toContain('[DONE]');
  });

  it('are whole when more have finished than were asked for', () => {
    const { translator } = pushAll(chunk(0, 'stop') + chunk(1, 'stop'));

    expect(translator.isDone).toBe(true);
  });

  it('are whole when the provider says so, however many there are', () => {
    const { translator } = pushAll(chunk(0, 'stop') + DONE, { ...UNCHANGED, choiceCount: 2 });

    expect(translator.isDone).toBe(true);
  });

  it.each([
    [0, 32],
    [31, 63],
  ])('are told apart: %d, which has finished, and %d', (finished, unfinished) => {
    const { translator } = pushAll(chunk(finished, 'stop') + chunk(unfinished, null));

    expect(translator.isDone).toBe(false);
  });

  it('may be many', () => {
    const chunks = Array.from({ length: 100 }, (_, index) => chunk(index, 'stop'));
    const changes = { ...UNCHANGED, choiceCount: 100 };

    expect(pushAll(chunks.join(''), changes).translator.isDone).toBe(true);
    expect(pushAll(chunks.slice(1).join(''), changes).translator.isDone).toBe(false);
  });

  it('count only where the chunk is JSON', () => {
    const broken = chunk(0, 'stop').replace('}]}', '}]');

    expect(pushAll(chunk(0, null) + broken).translator.isDone).toBe(false);
  });
});

describe('StreamTranslator: an event of several data lines that is renamed', () => {
  it('keeps its other fields', () => {
    const { text } = pushAll(
      'event: chunk\nid: 7\ndata: {"model":"real",\ndata: "x":1}\n\n',
      RENAMED,
    );

    expect(text).toBe('event: chunk\nid: 7\ndata: {"model":"client", "x":1}\n\n');
  });
});
