import type { IncomingHttpHeaders } from 'node:http';
import { InternalError, UpstreamError, UpstreamInvalidResponseError } from '../../errors/index.js';
import type { TokenUsage } from '../../http/index.js';
import { hiddenRefusalFrom, outcomeOf } from '../../providers/index.js';
import { replyHeaders } from '../reply/reply-headers.js';
import { type StreamChanges, StreamTranslator } from '../reply/stream-translator.js';
import { upstreamErrorOf } from '../reply/upstream-refusal.js';
import type { AnswerOutlet, AnswerReceiver } from './answer-receiver.js';

/** What a provider may send before its first content: roles and other formalities, bytes. */
const PRELUDE_LIMIT = 1024 * 1024;

/**
 * Reads an event stream. Nothing goes out before an event with content is there, so that an error
 * in its place is still a real one. All that one network read brought goes out at once, within the
 * tick in which it came.
 */
export class StreamReceiver implements AnswerReceiver {
  readonly #translator: StreamTranslator;
  #flushIsPlanned = false;
  #isOpen = false;
  #isOver = false;

  constructor(
    private readonly headers: IncomingHttpHeaders,
    changes: StreamChanges,
    private readonly secrets: readonly string[],
    private readonly outlet: AnswerOutlet,
  ) {
    this.#translator = new StreamTranslator(changes, secrets);
  }

  get usage(): TokenUsage | undefined {
    return this.#translator.usage;
  }

  get model(): string | undefined {
    return this.#translator.model;
  }

  get malformedEvents(): number {
    return this.#translator.malformedEvents;
  }

  push(chunk: Uint8Array): void {
    const translator = this.#translator;
    const { events } = translator;
    try {
      translator.push(chunk);
    } catch (error) {
      this.#breakOff('an event without end', error);
      return;
    }
    if (!translator.hasContent && translator.outputSize > PRELUDE_LIMIT) {
      this.#breakOff(`more than ${PRELUDE_LIMIT} bytes without content`);
      return;
    }
    // Comments keep a connection open, but they are no answer.
    if (this.#isOpen && translator.events > events) {
      this.outlet.progressed();
    }
    if (!this.#flushIsPlanned) {
      this.#flushIsPlanned = true;
      process.nextTick(() => {
        this.#flushIsPlanned = false;
        this.#flushSafely();
      });
    }
  }

  #breakOff(cause: string, error?: unknown): void {
    this.#isOver = true;
    this.outlet.broken(new UpstreamInvalidResponseError(), 'invalid_answer', error ?? cause);
  }

  /** Nobody is above this call: what it throws would end the process. */
  #flushSafely(): void {
    try {
      this.flush();
    } catch (error) {
      this.#isOver = true;
      this.outlet.broken(new InternalError(error), 'invalid_answer', error);
    }
  }

  end(): void {
    this.#translator.end();
    this.flush();
    if (!this.#isOver) {
      this.#isOver = true;
      const error = new UpstreamError('The provider ended its answer too early.');
      this.outlet.broken(error, 'incomplete', 'the stream ended without finish_reason and [DONE]');
    }
  }

  flush(): void {
    const translator = this.#translator;
    if (this.#isOver || !this.#open()) {
      return;
    }
    if (translator.hasOutput) {
      this.outlet.batch(translator.take());
    }
    if (translator.error !== undefined) {
      this.#isOver = true;
      const says = outcomeOf(hiddenRefusalFrom(translator.error));
      this.outlet.gaveUp(translator.takeErrorEvent(), says);
    } else if (translator.isDone) {
      this.#isOver = true;
      this.outlet.finished();
    }
  }

  stop(): void {
    this.#isOver = true;
  }

  /** @returns whether the stream is open, now or since before */
  #open(): boolean {
    if (this.#isOpen) {
      return true;
    }
    const { error, isRefused, hasContent } = this.#translator;
    if (error !== undefined && isRefused) {
      const refusal = hiddenRefusalFrom(error);
      this.#isOver = true;
      this.outlet.refused(
        outcomeOf(refusal),
        upstreamErrorOf(refusal, this.secrets),
        'error event in place of an answer',
      );
    } else if (hasContent) {
      this.#isOpen = true;
      this.outlet.opened(replyHeaders(this.headers, this.secrets));
    }
    return this.#isOpen;
  }
}
