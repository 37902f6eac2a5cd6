import type { IncomingHttpHeaders } from 'node:http';
import { UpstreamInvalidResponseError } from '../../errors/index.js';
import type { TokenUsage } from '../../http/index.js';
import { textOf } from '../reply/answer-reader.js';
import type { StreamChanges } from '../reply/stream-translator.js';
import { type WholeResult, toWholeReply } from '../reply/whole-reply.js';
import type { AnswerOutlet, AnswerReceiver } from './answer-receiver.js';

/** The largest answer that is held in memory as a whole, bytes. */
const ANSWER_LIMIT = 256 * 1024 * 1024;
/** How much of a refusal is read, bytes: it is parsed, which can cost many times its size in memory. */
const REFUSAL_LIMIT = 1024 * 1024;

/** Reads an answer that is one body. */
export class WholeReceiver implements AnswerReceiver {
  usage: TokenUsage | undefined;
  model: string | undefined;
  readonly malformedEvents = 0;
  readonly #chunks: Uint8Array[] = [];
  #size = 0;

  /** @param secrets - words that must not reach the client */
  constructor(
    private readonly status: number,
    private readonly headers: IncomingHttpHeaders,
    private readonly changes: Pick<StreamChanges, 'model' | 'notesModel'>,
    private readonly secrets: readonly string[],
    private readonly outlet: AnswerOutlet,
  ) {}

  push(chunk: Uint8Array): void {
    this.#size += chunk.byteLength;
    if (this.#isRefusal && this.#size > REFUSAL_LIMIT) {
      this.#size -= chunk.byteLength;
      this.flush();
      return;
    }
    if (this.#size > ANSWER_LIMIT) {
      const error = new UpstreamInvalidResponseError('The provider sent too large an answer.');
      this.outlet.broken(error, 'invalid_answer');
      return;
    }
    this.#chunks.push(chunk);
    this.outlet.progressed();
  }

  end(): void {
    const { status } = this;
    const result = this.#read();
    if ('error' in result) {
      this.outlet.refused(result.outcome, result.error, `status ${status} without an answer`);
    } else if (result.outcome === 'success') {
      this.usage = result.usage;
      this.outlet.whole(result.reply);
      this.outlet.finished();
    } else {
      this.outlet.refused(result.outcome, result.reply, `status ${status}`);
    }
  }

  /** Half an answer is of no use to anybody; of a refusal the head says more than the body. */
  flush(): void {
    const { status } = this;
    if (this.#isRefusal) {
      const result = this.#read();
      const refusal = 'error' in result ? result.error : result.reply;
      this.outlet.refused(result.outcome, refusal, `status ${status}, and not all of its body`);
    }
  }

  stop(): void {
    this.#chunks.length = 0;
  }

  get #isRefusal(): boolean {
    return this.status >= 400 && this.status <= 599;
  }

  #read(): WholeResult {
    const [only] = this.#chunks;
    const body =
      this.#chunks.length === 1 && only !== undefined
        ? only
        : Buffer.concat(this.#chunks, this.#size);
    const { status, headers, changes } = this;
    const result = toWholeReply({ status, headers, body }, changes.model, this.secrets);
    if (changes.notesModel && 'modelSpan' in result && result.modelSpan !== undefined) {
      this.model = textOf(body, result.modelSpan.start, result.modelSpan.end);
    }
    return result;
  }
}
