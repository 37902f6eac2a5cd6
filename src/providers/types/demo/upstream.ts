import type { Clock } from '../../../clock/index.js';
import type { DemoProviderConfig } from '../../../config/index.js';
import type {
  Upstream,
  UpstreamCall,
  UpstreamExchange,
  UpstreamListener,
} from '../../upstream/upstream.js';
import { type AnswerFormat, chatFormat, completionFormat } from './answer-format.js';
import { type DemoAnswer, createAnswer } from './demo-answer.js';
import { createEmbeddings } from './demo-embeddings.js';
import { DemoPlayback, type Frame } from './demo-playback.js';
import {
  type DemoRequest,
  DemoRequestError,
  parseBody,
  readChatRequest,
  readCompletionRequest,
} from './demo-request.js';

const JSON_TYPE = 'application/json';
const STREAM_TYPE = 'text/event-stream';

/** An answer as it will be played. */
interface Score {
  readonly status: number;
  readonly contentType: string;
  readonly frames: readonly Frame[];
}

/**
 * A model that is built into the proxy: no network, no key. It answers as a real provider would, at
 * the pace its configuration sets, so that it also serves as a backend for load tests.
 */
export class DemoUpstream implements Upstream {
  constructor(
    private readonly config: DemoProviderConfig,
    private readonly clock: Clock,
  ) {}

  send(call: UpstreamCall, listener: UpstreamListener): UpstreamExchange {
    const { status, contentType, frames } = this.#compose(call);
    const playback = new DemoPlayback(this.clock, status, contentType, frames, listener);
    playback.start();
    return playback;
  }

  listModels(): Promise<readonly string[]> {
    return Promise.resolve(['demo']);
  }

  probe(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #compose(call: UpstreamCall): Score {
    try {
      const body = parseBody(call.body);
      switch (call.path) {
        case '/chat/completions':
          return this.#answer(readChatRequest(body), chatFormat);
        case '/completions':
          return this.#answer(readCompletionRequest(body), completionFormat);
        case '/embeddings':
          return this.#whole(200, createEmbeddings(body), this.config.latency);
        default:
          return this.#whole(404, errorBody('The demo model has no such endpoint.', null), 0);
      }
    } catch (error) {
      if (error instanceof DemoRequestError) {
        return this.#whole(400, errorBody(error.message, error.param), 0);
      }
      throw error;
    }
  }

  #answer(request: DemoRequest, format: AnswerFormat): Score {
    const answer = createAnswer(request, format, this.config.responseTokens);
    return request.stream
      ? { status: 200, contentType: STREAM_TYPE, frames: this.#pace(answer) }
      : this.#whole(200, answer.whole(), this.#timeOf(answer.tokens.length));
  }

  #whole(status: number, bytes: Buffer, at: number): Score {
    return { status, contentType: JSON_TYPE, frames: [{ at, bytes }] };
  }

  /** Each token at its time, and what follows the last token right behind it. */
  #pace(answer: DemoAnswer): readonly Frame[] {
    const last = answer.tokens.length;
    return answer.events().map((bytes, index) => ({
      at: this.#timeOf(Math.min(Math.max(index - answer.leading, 0), last)),
      bytes,
    }));
  }

  /** @returns when that many tokens have been made, ms after the call began */
  #timeOf(tokens: number): number {
    const { latency, tokensPerSecond } = this.config;
    return latency + (tokensPerSecond === 0 ? 0 : (tokens * 1000) / tokensPerSecond);
  }
}

function errorBody(message: string, param: string | null): Buffer {
  return Buffer.from(
    JSON.stringify({ error: { message, type: 'invalid_request_error', param, code: null } }),
  );
}
