import { UpstreamTimeoutError } from '../../errors/index.js';
import type { Provider, Remedy } from '../../providers/index.js';
import type { AttemptResult } from '../attempt/attempt.js';
import type { CompletionRequest } from '../completion-request.js';
import type { Edit } from '../upstream-body.js';
import { prefillEdits } from './prefill.js';
import { Replay } from './replay.js';
import { Transcript } from './transcript.js';

/** How a second stream is joined to the one that broke. */
export interface Continuation {
  /** What has the provider go on from the part that the client has; undefined: it begins anew. */
  readonly edits: readonly Edit[] | undefined;
  /** Whether the second stream does not say what the first one said. */
  readonly differs: boolean;
  /** @returns what of a batch of whole events is news to the client */
  push(batch: Uint8Array): Uint8Array;
}

/**
 * Takes up streams that break in the middle. The request is asked again, and the new stream is played
 * silently against what the client has; a provider that can go on from the beginning of an answer is
 * given it in place of that.
 */
export class StreamRecovery {
  readonly #transcript: Transcript;
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

  /** @returns where the stream may be taken up again; undefined: nowhere */
  remedyFor({ interruption, failure }: AttemptResult): Remedy | undefined {
    if (this.#transcript.isFull) {
      return undefined;
    }
    switch (interruption) {
      case 'connection_lost':
      case 'incomplete':
      case 'invalid_answer':
      case 'error_event':
        return 'back_off';
      case 'timeout':
        return failure instanceof UpstreamTimeoutError && failure.phase === 'total'
          ? undefined
          : 'elsewhere';
      case 'shutdown':
      case undefined:
        return undefined;
    }
  }

  /** Joins what the provider is going to say to what the client has. */
  continueAt(provider: Provider): Continuation {
    const told = this.#transcript.read();
    const form = this.#refusals.has(provider) ? false : provider.supportsPrefill;
    const edits = form === false ? undefined : prefillEdits(this.request, told, form);
    const replay = new Replay(told, edits !== undefined);
    return {
      edits,
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
