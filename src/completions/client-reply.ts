import type { OutgoingHttpHeaders } from 'node:http';
import type { Subscriber } from 'rxjs';
import type { Clock } from '../clock/index.js';
import { ProxyError, UpstreamInvalidResponseError } from '../errors/index.js';
import type { FlowControl, ReplyPart, RequestContext, WholeReply } from '../http/index.js';
import { refusalFrom } from '../providers/index.js';
import { Keepalive } from './keepalive.js';
import type { AttemptTarget } from './live-attempt.js';
import { upstreamErrorOf } from './reply/upstream-refusal.js';
import { routingHeaders } from './routing-headers.js';

/** A comment (WHATWG HTML section 9.2.6): clients skip it, load balancers see a living connection. */
const PING = Buffer.from(': ping\n');

export interface ClientReplyOptions {
  readonly clock: Clock;
  /** After how long without a byte the client gets a comment, ms; 0: never. */
  readonly keepalive: number;
  /** Whether headers say which way the request went. */
  readonly way: boolean;
  /** What the client's side holds back when it is slow. */
  readonly flow: FlowControl;
}

/**
 * The client's side of a run: one whole reply, or a stream that is opened once, whoever sends it.
 * As long as nobody has anything to show, comments keep the client's connection open; from the first
 * of them on an error can only be an event.
 */
export class ClientReply {
  readonly #startedAt: number;
  readonly #keepalive: Keepalive;
  /** Whether the head of a stream has gone out. */
  isOpen = false;
  #isAnswered = false;
  /** Whether the client is slow, and what it gets held back. */
  isPaused = false;

  constructor(
    private readonly subscriber: Subscriber<ReplyPart>,
    private readonly context: RequestContext,
    private readonly options: ClientReplyOptions,
  ) {
    const { clock, keepalive } = options;
    this.#startedAt = clock.now();
    this.#keepalive = new Keepalive(clock, keepalive, () => {
      this.#ping();
    });
  }

  /** Whoever it is whose answer the client gets, be it a refusal; undefined: nobody. */
  answeredBy(target: AttemptTarget | undefined): void {
    if (target !== undefined) {
      this.context.provider = target.provider.name;
      this.context.upstreamModel = target.upstreamModel;
      this.context.servedModel = target.model;
    }
    if (!this.#isAnswered) {
      this.#isAnswered = true;
      this.context.upstreamTime = this.options.clock.now() - this.#startedAt;
    }
  }

  open(headers: OutgoingHttpHeaders): void {
    if (!this.isOpen) {
      this.isOpen = true;
      const { flow } = this.options;
      this.subscriber.next({ kind: 'stream', headers: { ...headers, ...this.#way() }, flow });
    }
  }

  send(bytes: Uint8Array): void {
    this.#keepalive.sent();
    this.subscriber.next(bytes);
  }

  /** Ends with what is left to say of a request that failed. */
  lastWord(failure: ProxyError | WholeReply): void {
    if (failure instanceof ProxyError) {
      failure.addHeaders(this.#way());
      this.fail(failure);
    } else {
      this.whole(failure);
    }
  }

  /** Ends with one whole reply, or, where comments have gone out, with an error in its place. */
  whole(reply: WholeReply): void {
    if (!this.isOpen) {
      this.context.refusalCode = reply.code;
      this.subscriber.next({ ...reply, headers: { ...reply.headers, ...this.#way() } });
      this.complete();
    } else if (reply.status < 400) {
      this.fail(new UpstreamInvalidResponseError('The provider did not answer with a stream.'));
    } else {
      this.fail(upstreamErrorOf(refusalFrom(reply.status, reply.body), []));
    }
  }

  fail(error: ProxyError): void {
    this.stop();
    this.context.error = error;
    this.subscriber.error(error);
  }

  /** @param lastEvent - what is still to be sent, if there is something */
  completeWith(lastEvent: Uint8Array | undefined): void {
    if (lastEvent !== undefined) {
      this.send(lastEvent);
    }
    this.complete();
  }

  complete(): void {
    this.stop();
    this.subscriber.complete();
  }

  /** Nothing more is sent. */
  stop(): void {
    this.answeredBy(undefined);
    this.#keepalive.stop();
  }

  /** Which way the request went, as far as anybody answered or was asked and has failed. */
  #way(): Readonly<Record<string, string>> {
    const isKnown = this.#isAnswered && this.context.attemptCount > 0;
    return this.options.way && isKnown ? routingHeaders(this.context) : {};
  }

  /** A client that does not even read what is there already needs no sign of life. */
  #ping(): void {
    if (!this.isPaused) {
      this.open({});
      this.send(PING);
    }
  }
}
