import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import type { Clock, Timer } from '../../clock/index.js';
import {
  type DeadlinePhase,
  InternalError,
  type ProxyError,
  UpstreamError,
  UpstreamInvalidResponseError,
  UpstreamTimeoutError,
} from '../../errors/index.js';
import type { FlowControl, WholeReply } from '../../http/index.js';
import {
  type AttemptOutcome,
  type Provider,
  type UpstreamExchange,
  type UpstreamFailure,
  type UpstreamListener,
  requestedWait,
} from '../../providers/index.js';
import { withoutSecrets } from '../reply/redaction.js';
import type { AttemptPlan, AttemptResult, AttemptSink, CancelReason } from './attempt-contract.js';
import type { AnswerOutlet, AnswerReceiver } from './answer-receiver.js';
import type { Interruption } from './attempt-observer.js';
import { Deadlines } from './deadlines.js';
import { StreamReceiver } from './stream-receiver.js';
import { WholeReceiver } from './whole-receiver.js';

/** How long a provider may take to close a stream that it has already ended, ms. */
const CLOSING_TIME = 1000;

const EVENT_STREAM = /^text\/event-stream\b/i;
const JSON_BODY = /^application\/(?:[\w.+-]+\+)?json\b/i;

/**
 * One attempt to have one provider answer: the call, its deadlines, and the reading of what comes.
 * It knows nothing of other attempts. Nothing reaches the sink before there is content.
 */
export class Attempt implements UpstreamListener, AnswerOutlet, FlowControl {
  readonly #deadlines: Deadlines;
  #exchange: UpstreamExchange | undefined;
  #receiver: AnswerReceiver | undefined;
  #closing: Timer | undefined;
  #isOpen = false;
  #isOver = false;
  /** Whether the provider has sent all, and its connection lives on or is gone. */
  #hasEnded = false;
  #answeredAt: number | undefined;
  #headers: IncomingHttpHeaders = {};
  #status: number | undefined;

  constructor(
    private readonly provider: Provider,
    private readonly plan: AttemptPlan,
    private readonly clock: Clock,
    private readonly sink: AttemptSink,
  ) {
    this.#deadlines = new Deadlines(clock, provider.timeouts, plan.requestStartedAt, (phase) => {
      this.#expire(phase);
    });
  }

  start(): void {
    try {
      this.#exchange = this.provider.upstream.send(this.plan.call, this);
    } catch (error) {
      if (!this.#isOver) {
        // A bug of ours: no other provider would make it go away.
        this.#end({ outcome: 'rejected', failure: new InternalError(error), cause: error });
      }
    }
  }

  /**
   * Ends the attempt from outside: nobody waits for it any more.
   *
   * @param interruption - what broke, for a client that has begun to receive a stream
   */
  cancel(reason: CancelReason, interruption?: Interruption): void {
    if (!this.#isOver) {
      this.#exchange?.cancel();
      this.#end({ outcome: reason, interruption });
    }
  }

  pause(): void {
    if (!this.#isOver) {
      this.#exchange?.pause();
      this.#deadlines.suspend();
    }
  }

  resume(): void {
    if (!this.#isOver) {
      this.#deadlines.resume();
      this.#exchange?.resume();
    }
  }

  onConnected(): void {
    if (!this.#isOver) {
      this.#deadlines.connected(this.plan.streamed);
    }
  }

  onResponse(status: number, headers: IncomingHttpHeaders): void {
    if (!this.#isOver) {
      this.#guard(() => {
        this.#beginReading(status, headers);
      });
    }
  }

  #beginReading(status: number, headers: IncomingHttpHeaders): void {
    this.#headers = headers;
    this.#status = status;
    const isGood = status >= 200 && status < 300;
    // undici gives a header that came twice as an array, whatever its types say.
    const [type = ''] = [headers['content-type'] ?? ''].flat();
    const { secrets } = this.provider;
    if (isGood && this.plan.streamed && EVENT_STREAM.test(type)) {
      this.#receiver = new StreamReceiver(headers, this.plan.changes, secrets, this);
      return;
    }
    if (isGood && !JSON_BODY.test(type)) {
      const [mediaType = ''] = type.split(/[;\s]/, 1);
      const cause = `content-type '${withoutSecrets(mediaType, secrets)}'`;
      this.broken(new UpstreamInvalidResponseError(), 'invalid_answer', cause);
      return;
    }
    this.#receiver = new WholeReceiver(status, headers, this.plan.changes, secrets, this);
  }

  onData(chunk: Uint8Array): void {
    if (!this.#isOver) {
      this.#guard(() => {
        this.#receiver?.push(chunk);
      });
    }
  }

  onEnd(): void {
    this.#closed();
    if (!this.#isOver) {
      this.#guard(() => {
        this.#receiver?.end();
      });
    }
  }

  onFailure(failure: UpstreamFailure): void {
    this.#closed();
    this.#flush();
    if (!this.#isOver) {
      const isReached = failure.kind !== 'unreachable';
      const message = isReached ? 'The connection to the provider was lost.' : undefined;
      this.broken(new UpstreamError(message, failure), 'connection_lost', failure.cause);
    }
  }

  opened(headers: OutgoingHttpHeaders): void {
    this.#isOpen = true;
    this.#answeredAt = this.clock.now();
    this.#deadlines.progressed();
    this.sink.opened(headers);
  }

  batch(bytes: Uint8Array): void {
    this.sink.batch(bytes);
  }

  progressed(): void {
    // Before its first content a stream is still waited for, whatever else comes.
    if (this.#isOpen || !this.plan.streamed) {
      this.#deadlines.progressed();
    }
  }

  whole(reply: WholeReply): void {
    this.#answeredAt = this.clock.now();
    this.sink.whole(reply);
  }

  finished(): void {
    this.#letClose();
    this.#end({ outcome: 'success' });
  }

  gaveUp(errorEvent: Uint8Array, errorSays: AttemptOutcome): void {
    this.#letClose();
    this.#end({
      outcome: 'interrupted',
      interruption: 'error_event',
      errorEvent,
      errorSays,
      cause: 'error event',
    });
  }

  refused(outcome: AttemptOutcome, failure: WholeReply | ProxyError, cause: string): void {
    this.#exchange?.cancel();
    this.#end({ outcome, failure, cause });
  }

  broken(error: ProxyError, interruption: Interruption, cause?: unknown): void {
    this.#exchange?.cancel();
    if (this.#isOpen) {
      this.#end({ outcome: 'interrupted', interruption, failure: error, cause });
    } else {
      this.#end({ outcome: 'broken', failure: error, cause });
    }
  }

  /**
   * Reads something of the provider's. Whoever delivers it does not care what becomes of it: an error
   * would be lost there, and the request would hang.
   */
  #guard(read: () => void): void {
    try {
      read();
    } catch (error) {
      if (!this.#isOver) {
        this.broken(new InternalError(error), 'invalid_answer', error);
      }
    }
  }

  #flush(): void {
    if (!this.#isOver) {
      this.#guard(() => {
        this.#receiver?.flush();
      });
    }
  }

  /** A provider closes its stream by itself, as a rule at once; then its connection lives on. */
  #letClose(): void {
    const exchange = this.#exchange;
    if (this.#hasEnded || this.#isOver) {
      return;
    }
    exchange?.resume();
    this.#closing = this.clock.setTimer(CLOSING_TIME, () => exchange?.cancel());
  }

  #closed(): void {
    this.#hasEnded = true;
    this.#closing?.clear();
  }

  #expire(phase: DeadlinePhase): void {
    this.#flush();
    if (this.#isOver) {
      return;
    }
    const error = new UpstreamTimeoutError(phase);
    const cause = `${phase} deadline`;
    if (this.#isOpen) {
      this.broken(error, 'timeout', cause);
    } else {
      this.#exchange?.cancel();
      this.#end({ outcome: 'timeout', failure: error, cause });
    }
  }

  #end(result: Partial<AttemptResult> & Pick<AttemptResult, 'outcome'>): void {
    const receiver = this.#receiver;
    if (this.#isOver) {
      return;
    }
    this.#isOver = true;
    this.#deadlines.clear();
    receiver?.stop();
    this.sink.ended({
      failure: undefined,
      errorEvent: undefined,
      errorSays: undefined,
      requestedWait: isRefused(result)
        ? requestedWait(this.#headers, this.clock.date())
        : undefined,
      interruption: undefined,
      cause: undefined,
      status: this.#status,
      usage: receiver?.usage,
      answeredModel: receiver?.model,
      malformedEvents: receiver?.malformedEvents ?? 0,
      answeredAt: this.#answeredAt,
      ...result,
    });
  }
}

/** Whether there was a refusal, which may say for how long it stands. */
function isRefused({ outcome }: Pick<AttemptResult, 'outcome'>): boolean {
  return outcome === 'rate_limited' || outcome === 'broken';
}
