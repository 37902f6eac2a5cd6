import { EventEmitter } from 'node:events';
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { UpstreamTimeoutError } from '../errors/index.js';
import { ReplyWriter } from './reply-writer.js';
import { RequestContext } from './request-context.js';

/** A response that remembers what was done to it, and is full when the test says so. */
class RecordedResponse extends EventEmitter {
  status = 0;
  headers: OutgoingHttpHeaders = {};
  text = '';
  writes = 0;
  hasEnded = false;
  isFull = false;

  writeHead(status: number, headers: OutgoingHttpHeaders): void {
    this.status = status;
    this.headers = headers;
  }

  write(bytes: Uint8Array): boolean {
    this.writes += 1;
    this.text += Buffer.from(bytes).toString();
    return !this.isFull;
  }

  end(last: string | Uint8Array = ''): void {
    this.text += Buffer.from(last).toString();
    this.hasEnded = true;
  }
}

/** A writer, what it writes to, and what it tells others. */
class Stage {
  readonly response = new RecordedResponse();
  readonly context = new RequestContext('id', 'POST', '/', '/', 0);
  /** What the owner and the source were told, in order. */
  readonly told: string[] = [];
  failure: unknown;
  readonly writer = new ReplyWriter(this.response as unknown as ServerResponse, this.context, {
    answered: () => {
      this.told.push('answered');
    },
    failed: (error) => {
      this.failure = error;
      this.told.push('failed');
    },
    now: () => 42,
  });

  openStream(headers: OutgoingHttpHeaders = {}): this {
    const flow = {
      pause: (): void => {
        this.told.push('pause');
      },
      resume: (): void => {
        this.told.push('resume');
      },
    };
    this.writer.next({ kind: 'stream', headers, flow });
    return this;
  }

  write(text: string): void {
    this.writer.next(Buffer.from(text));
  }
}

const BUG = { error: { message: 'The proxy failed to process the request.' } };

describe('ReplyWriter: a whole reply', () => {
  const reply = {
    kind: 'whole',
    status: 429,
    headers: { 'retry-after': '3', 'content-type': 'application/json' },
    body: Buffer.from('{"é":1}'),
  } as const;

  it('is written with its status, its headers and its length', () => {
    const { writer, response, told } = new Stage();

    writer.next(reply);
    writer.complete();

    expect(response).toMatchObject({ status: 429, text: '{"é":1}', hasEnded: true });
    expect(response.headers).toStrictEqual({ ...reply.headers, 'content-length': 8 });
    expect(told).toStrictEqual(['answered']);
  });

  it('is noted with its status and its time', () => {
    const { writer, context } = new Stage();

    writer.next(reply);

    expect(context).toMatchObject({ status: 429, respondedAt: 42, interrupted: false });
  });
});

describe('ReplyWriter: a stream', () => {
  it('begins with headers that keep anybody from holding it back', () => {
    const { response, context } = new Stage().openStream({ 'request-id': 'theirs' });

    expect(response.status).toBe(200);
    expect(response.headers).toStrictEqual({
      'request-id': 'theirs',
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      'x-accel-buffering': 'no',
    });
    expect(context).toMatchObject({ status: 200, respondedAt: 42 });
  });

  it('goes out batch by batch, in one write each, and ends', () => {
    const stage = new Stage().openStream();

    stage.write('one');
    stage.write('two');
    expect(stage.response).toMatchObject({ text: 'onetwo', writes: 2, hasEnded: false });

    stage.writer.complete();
    expect(stage.response).toMatchObject({ text: 'onetwo', hasEnded: true });
    expect(stage.told).toStrictEqual(['answered']);
  });
});

describe('ReplyWriter: a part that cannot be written', () => {
  it('ends a stream, and nothing follows', () => {
    const stage = new Stage().openStream();
    stage.response.write = () => {
      throw new Error('odd');
    };

    stage.write('one');
    stage.write('two');

    expect(stage.response.text).toContain('internal_error');
    expect(stage.response.text.match(/data:/g)).toHaveLength(1);
    expect(stage.response.hasEnded).toBe(true);
  });
});

describe('ReplyWriter: a slow client', () => {
  it('holds its provider back until it has caught up', () => {
    const stage = new Stage().openStream();
    stage.write('one');
    expect(stage.told).toStrictEqual(['answered']);

    stage.response.isFull = true;
    stage.write('two');
    expect(stage.told).toStrictEqual(['answered', 'pause']);

    stage.response.emit('drain');
    expect(stage.told).toStrictEqual(['answered', 'pause', 'resume']);
  });

  it('holds it back once, whatever was already on its way', () => {
    const stage = new Stage().openStream();
    stage.response.isFull = true;

    for (let count = 0; count < 20; count += 1) {
      stage.write('x');
    }

    expect(stage.told).toStrictEqual(['answered', 'pause']);
    expect(stage.response.listenerCount('drain')).toBe(1);
    expect(stage.response.text).toHaveLength(20);
  });

  it('can hold it back again and again', () => {
    const stage = new Stage().openStream();
    stage.response.isFull = true;

    for (let count = 0; count < 2; count += 1) {
      stage.write('x');
      stage.response.emit('drain');
    }

    expect(stage.told).toStrictEqual(['answered', 'pause', 'resume', 'pause', 'resume']);
    expect(stage.response.listenerCount('drain')).toBe(0);
  });
});

describe('ReplyWriter: an error', () => {
  it('before anything was written is left to the owner', () => {
    const { writer, response, told, context } = new Stage();
    const error = new UpstreamTimeoutError('connect');

    writer.error(error);

    expect(told).toStrictEqual(['failed']);
    expect(response).toMatchObject({ status: 0, hasEnded: false });
    expect(context.interrupted).toBe(false);
  });

  it('before anything was written is handed over as it is', () => {
    const stage = new Stage();
    const error = new TypeError('bug');

    stage.writer.error(error);

    expect(stage.failure).toBe(error);
  });

  it('in a stream is its last event, without [DONE]', () => {
    const stage = new Stage().openStream();
    const error = new UpstreamTimeoutError('idle');
    stage.write('data: {}\n\n');

    stage.writer.error(error);

    const event = `data: ${JSON.stringify(error.toBody())}\n\n`;
    expect(stage.response).toMatchObject({ text: `data: {}\n\n${event}`, hasEnded: true });
    expect(stage.told).toStrictEqual(['answered']);
    expect(stage.context).toMatchObject({ error, interrupted: true });
  });

  it('in a stream that is a bug tells nothing of the inside', () => {
    const stage = new Stage().openStream();

    stage.writer.error(new TypeError('secret inside'));

    expect(stage.response.text).not.toContain('inside');
    expect(JSON.parse(stage.response.text.slice('data: '.length))).toMatchObject(BUG);
    expect(stage.context.error).toMatchObject({ code: 'internal_error' });
  });
});

describe('ReplyWriter: a head that Node refuses', () => {
  it.each([
    { kind: 'whole', status: 200, headers: {}, body: Buffer.from('{}') },
    { kind: 'stream', headers: {}, flow: { pause: () => undefined, resume: () => undefined } },
  ] as const)('is an error of ours, not the end of the process: $kind', (part) => {
    const { writer, response, told, context } = new Stage();
    response.writeHead = (): void => {
      throw new TypeError('Invalid character in header content');
    };

    writer.next(part);

    expect(told).toStrictEqual(['failed']);
    expect(response.hasEnded).toBe(false);
    expect(context.respondedAt).toBeUndefined();
  });
});
