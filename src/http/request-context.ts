import type { IncomingMessage } from 'node:http';
import type { ProxyError } from '../errors/index.js';

/** Token counts as the provider reported them; what it never reported is absent. */
export interface TokenUsage {
  readonly promptTokens: number | undefined;
  readonly completionTokens: number | undefined;
  readonly totalTokens: number | undefined;
}

/** How a request ended, for logs: one word each. */
export type Ending =
  /** An answer went out whole, a refusal included. */
  | 'completed'
  /** The answer had begun and could not be finished. */
  | 'interrupted'
  /** The client left before its answer was complete. */
  | 'client_closed';

/** One attempt at one provider, for the log. */
export interface AttemptSummary {
  readonly provider: string;
  readonly outcome: string;
  /** ms */
  readonly duration: number;
}

/** What a code looks like. A provider may put anything into its error's code, a prompt even. */
const CODE = /^[\w.:-]{1,64}$/;

/** Whoever owns a request's response, and so can end it from outside. */
export interface ResponseOwner {
  /** @param error - what the client is told */
  interrupt(error: ProxyError): void;
  /** The client has left: whatever still runs for it ends. */
  abandon(): void;
}

const NOBODY: ResponseOwner = {
  interrupt: () => undefined,
  abandon: () => undefined,
};

/** The phase in which a client left. */
export type ClientPhase = 'upload' | 'waiting' | 'streaming';

/**
 * Everything that is known of one request, gathered on its way. Each stage writes what it learns;
 * metrics and the log line read it once, when the response has closed.
 */
export class RequestContext {
  /** The trace that the request belongs to, its client's or ours: 32 hexadecimal digits. */
  traceId: string | undefined;
  /** The model the client asked for. */
  model: string | undefined;
  /** Whether `model` is a name the configuration spells out (a label may carry it). */
  modelIsConfigured = false;
  /** The name under which the provider knows the model. */
  upstreamModel: string | undefined;
  /** The model that answered, as clients call it: the one asked for or one that stood in for it. */
  servedModel: string | undefined;
  /** Name of the provider that answered, or was asked last. */
  provider: string | undefined;
  /** How many attempts at providers were begun. */
  attemptCount = 0;
  /** The attempts that are over, in the order in which they ended. */
  readonly attempts: AttemptSummary[] = [];
  /** What became of a stream that broke and was to be taken up again. */
  recovery: 'recovered' | 'lost' | undefined;
  /** Whether the client asked for a stream. */
  streamed = false;
  usage: TokenUsage | undefined;
  /** The error that ended the request, ours or the provider's. */
  error: ProxyError | undefined;
  /** The code of a provider's refusal that went out in the provider's own words. */
  refusalCode: string | undefined;
  /** True once the answer has begun and then broke. */
  interrupted = false;
  /** Time spent reading the request body, ms. */
  uploadTime = 0;
  /** Time in which a provider was waited for, up to its first content or its whole answer, ms. */
  upstreamTime = 0;
  /** Clock time at which the whole body had arrived, ms. */
  bodyReadAt: number | undefined;
  /** Clock time of the first content that a provider sent, ms. */
  firstTokenAt: number | undefined;
  /** Clock time at which the answer's first byte was handed to the socket, ms. */
  respondedAt: number | undefined;
  /** Status the client sees, 0 until it is known; 499 when the client left first. */
  status = 0;
  /** Duration of the whole request, ms. Set when the response closes. */
  duration = 0;
  ending: Ending = 'completed';
  owner: ResponseOwner = NOBODY;
  /** Its place among the requests that run, for ActiveRequests; undefined: it does not run. */
  place: number | undefined;

  /**
   * @param id - the request's id, the client's own or minted
   * @param method - HTTP method
   * @param path - path without the query
   * @param endpoint - route template for labels; undefined for probes, which are not counted
   * @param startedAt - clock time at which the head had arrived, ms
   */
  constructor(
    readonly id: string,
    readonly method: string,
    readonly path: string,
    readonly endpoint: string | undefined,
    readonly startedAt: number,
  ) {}

  /** The phase the request is in, or was in when its client left. */
  get phase(): ClientPhase {
    if (this.respondedAt !== undefined) {
      return 'streaming';
    }
    return this.method === 'POST' && this.bodyReadAt === undefined ? 'upload' : 'waiting';
  }

  /** The code of the error that ended the request, in a form that is fit for a log. */
  get errorCode(): string | undefined {
    const code = this.error?.code ?? this.refusalCode;
    return code === undefined || CODE.test(code) ? code : 'other';
  }

  /** Time the proxy itself took until the answer began, ms; undefined when none began. */
  get overhead(): number | undefined {
    return this.respondedAt === undefined
      ? undefined
      : Math.max(0, this.respondedAt - this.startedAt - this.uploadTime - this.upstreamTime);
  }

  /**
   * Ends the request from outside, as a shutdown does.
   * @param error - what the client is told
   */
  interrupt(error: ProxyError): void {
    this.owner.interrupt(error);
  }

  /** Ends what still runs for a client that has left, so that all is known before it is counted. */
  abandon(): void {
    this.owner.abandon();
  }
}

const CONTEXT = Symbol('request context');

/** A request that carries its context: a property costs the garbage collector less than a WeakMap. */
type ContextCarrier = IncomingMessage & { [CONTEXT]?: RequestContext };

/** Attaches `context` to its request. */
export function attachContext(request: ContextCarrier, context: RequestContext): void {
  request[CONTEXT] = context;
}

/**
 * @returns the context of a request that came through the request entrance
 * @throws Error when it did not: a fault in the wiring
 */
export function contextOf(request: ContextCarrier): RequestContext {
  const context = request[CONTEXT];
  if (context === undefined) {
    throw new Error('the request has no context: it came past the entrance');
  }
  return context;
}
