import { UpstreamTimeoutError } from '../../errors/index.js';
import type { Provider, Remedy } from '../../providers/index.js';
import type { Edit } from '../../wire/index.js';
import type { AttemptResult } from '../attempt/attempt-contract.js';
import type { Interruption } from '../attempt/attempt-observer.js';
import type { CompletionRequest } from '../completion-request.js';
import { prefill } from './prefill.js';
import { firstRemedy } from './recovery-remedy.js';
import { Replay } from './replay.js';
import type { SentAnswer } from './sent-answer.js';
import { Transcript } from './transcript.js';

/** Breaks that find no fault with what was said before them. */
const SAYS_NOTHING: ReadonlySet<Interruption> = new Set([
  'connection_lost',
  'incomplete',
  'invalid_answer',
  'timeout',
]);

/** How a second stream is joined to the one that broke. */
export interface Continuation {
  /** What gives the provider the part that the client has; undefined: it begins anew. */
  readonly edits: readonly Edit[] | undefined;
  /** Whether the second stream is another answer. Nothing of it flows any more. */
  readonly differs: boolean;
  /** @returns what of a batch of whole events is news to the client */
  push(batch: Uint8Array): Uint8Array;
}

/**
 * Takes up a stream that breaks in the middle. The request is asked again, and the new stream is
 * played silently against what the client has; a provider that can continue an answer which has begun
 * is given it in place of that.
 */
export class StreamRecovery {
  readonly #transcript: Transcript;
  /** Providers that did not take the beginning of an answer after all. */
  readonly #refusals = new Set<Provider>();

  /** @param maxBytes - how much text is remembered for it; a longer answer is not taken up */
  constructor(
    private readonly request: CompletionRequest,
    maxBytes: number,
  ) {
    this.#transcript = new Transcript(maxBytes);
  }

  /** The client was sent these events. */
  sent(batch: Uint8Array): void {
    this.#transcript.add(batch);
  }

  /**
   * @returns where the stream may be taken up again; undefined: nowhere; `complete`: it need not be,
   *   all was said and only the end lacks
   */
  remedyFor({ interruption, failure, errorSays }: AttemptResult): Remedy | 'complete' | undefined {
    const sent = this.#transcript.sent();
    if (sent === undefined || interruption === undefined) {
      return undefined;
    }
    if (SAYS_NOTHING.has(interruption) && this.#isWhole(sent)) {
      return 'complete';
    }
    switch (interruption) {
      case 'connection_lost':
      case 'incomplete':
      case 'invalid_answer':
        return 'back_off';
      case 'error_event':
        return firstRemedy(errorSays ?? 'broken');
      case 'timeout':
        // A provider that has fallen silent is not asked again, and past the end nobody is.
        return failure instanceof UpstreamTimeoutError && failure.phase === 'total'
          ? undefined
          : 'elsewhere';
      case 'shutdown':
        return undefined;
    }
  }

  /** A choice that has not even begun is missing as well. */
  #isWhole({ isFinished, choices }: SentAnswer): boolean {
    return isFinished && choices.size >= this.request.choiceCount;
  }

  /** Joins what the provider is going to say to what the client has. */
  continueAt(provider: Provider): Continuation | undefined {
    const sent = this.#transcript.sent();
    if (sent === undefined) {
      return undefined;
    }
    const style = this.#refusals.has(provider) ? false : provider.supportsPrefill;
    const beginning = style === false ? undefined : prefill(this.request, sent, style);
    const replay = new Replay(sent, {
      continuesAt: beginning?.length,
      asksUsage: this.request.streamOptions?.includeUsage?.value,
    });
    return {
      edits: beginning?.edits,
      get differs() {
        return replay.differs;
      },
      push: (batch) => replay.push(batch),
    };
  }

  /** The provider does not take the beginning of an answer after all. */
  prefillRefused(provider: Provider): void {
    this.#refusals.add(provider);
  }
}
