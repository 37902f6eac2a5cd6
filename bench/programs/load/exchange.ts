import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { EventCounter } from './event-counter.ts';
import type { Tally } from './tally.ts';

/** What is asked, again and again. */
export interface Question {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly streamed: boolean;
}

/** One request and its answer, timed. */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly #dispatcher: Dispatcher;
  readonly #question: Question;
  readonly #tally: Tally;
  readonly #events = new EventCounter();
  readonly #startedAt = performance.now();
  #lastReadAt: number | undefined;
  #complaint: string | undefined;
  #over: () => void = () => undefined;

  constructor(dispatcher: Dispatcher, question: Question, tally: Tally) {
    this.#dispatcher = dispatcher;
    this.#question = question;
    this.#tally = tally;
  }

  /** @returns when the answer is over, well or not */
  run(): Promise<void> {
    const { path, headers, body } = this.#question;
    return new Promise((resolve) => {
      this.#over = resolve;
      this.#dispatcher.dispatch({ path, method: 'POST', headers: { ...headers }, body }, this);
    });
  }

  onRequestStart(): void {
    // undici asks for this handler before it takes any other.
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    if (status !== 200) {
      this.#complaint = `status ${status}`;
    } else if (
      headers['content-type']?.startsWith('text/event-stream') !== this.#question.streamed
    ) {
      this.#complaint = `content-type ${headers['content-type'] ?? 'missing'}`;
    }
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const now = performance.now();
    if (this.#lastReadAt === undefined) {
      this.#tally.firstByte(now - this.#startedAt);
    } else {
      this.#tally.gap(now - this.#lastReadAt);
    }
    this.#lastReadAt = now;
    if (this.#question.streamed) {
      this.#events.push(chunk);
    }
  }

  onResponseEnd(): void {
    if (this.#question.streamed && !this.#events.isDone) {
      this.#complaint ??= 'a stream without [DONE]';
    }
    this.#end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#complaint = error.message;
    this.#end();
  }

  #end(): void {
    this.#tally.answered(performance.now() - this.#startedAt, this.#events.count, this.#complaint);
    this.#over();
  }
}
