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
  /** After how many events the client leaves; 0: it does not. */
  readonly leaveAfter: number;
}

/** One request and its answer, timed. */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly #dispatcher: Dispatcher;
  readonly #question: Question;
  readonly #tally: Tally;
  readonly #events = new EventCounter();
  readonly #dueAt: number;
  #lastReadAt: number | undefined;
  #complaint: string | undefined;
  #isOver = false;
  #over: () => void = () => undefined;

  /** @param dueAt - when it should be sent, which its times count from, by the performance clock */
  constructor(dispatcher: Dispatcher, question: Question, tally: Tally, dueAt: number) {
    this.#dispatcher = dispatcher;
    this.#question = question;
    this.#tally = tally;
    this.#dueAt = dueAt;
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

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const now = performance.now();
    if (this.#lastReadAt === undefined) {
      this.#tally.firstByte(now - this.#dueAt);
    } else {
      this.#tally.gap(now - this.#lastReadAt);
    }
    this.#lastReadAt = now;
    if (this.#question.streamed) {
      this.#events.push(chunk);
      this.#leaveWhenEnough(controller);
    }
  }

  onResponseEnd(): void {
    if (this.#question.leaveAfter > 0) {
      this.#complaint ??= 'a stream that ended before its client left';
    } else if (this.#question.streamed && !this.#events.isDone) {
      this.#complaint ??= 'a stream without [DONE]';
    }
    this.#end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#complaint ??= error.message;
    this.#end();
  }

  #leaveWhenEnough(controller: Dispatcher.DispatchController): void {
    const { leaveAfter } = this.#question;
    if (leaveAfter > 0 && this.#events.count >= leaveAfter) {
      this.#end();
      controller.abort(new Error('the client has enough'));
    }
  }

  /** What comes after the client has left is nothing to count. */
  #end(): void {
    if (this.#isOver) {
      return;
    }
    this.#isOver = true;
    const { count } = this.#events;
    this.#tally.answered(performance.now() - this.#dueAt, count, this.#complaint);
    this.#over();
  }
}
