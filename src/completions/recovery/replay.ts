import { type Edit, type Span, type SseEvent, SseReader } from '../../wire/index.js';
import { OutputBatch } from '../reply/output-batch.js';
import { isDone } from '../reply/stream-translator.js';
import { ChoiceReplay } from './choice-replay.js';
import { type Chunk, removal } from './chunk.js';
import { ChunkReader } from './chunk-reader.js';
import { type Beginning, ContinuationOpening, type PlayedChunk } from './continuation-opening.js';
import { appendEdited } from './edited-event.js';
import type { SentAnswer } from './sent-answer.js';

const NO_CHOICES = Buffer.from('[]');
const NO_BYTES = new Uint8Array(0);

/** What the second stream was asked. */
export interface ReplayOptions {
  /**
   * How much of the text the request had in it (`Prefill.length`), UTF-16 units; undefined when it
   * was asked anew.
   */
  readonly continuesAt?: number | undefined;
  /** Whether the client asked for the usage, and expects chunks without choices. */
  readonly asksUsage?: boolean | undefined;
}

/**
 * Plays a second stream silently against what the client has of the first. What was sent before is
 * swallowed, whatever the borders of its chunks; from the first new character on the stream flows,
 * under the first stream's id. Where it differs it ends at once: what has flowed until then is
 * right, and the rest must become an error.
 *
 * A stream that was asked to continue the partial answer (`continuesAt`) is not matched up to that
 * place, unless it turns out to begin anew.
 */
export class Replay {
  #differs = false;
  #caughtUp = false;
  #errorEvent: Uint8Array | undefined;
  #choices: Map<number, ChoiceReplay>;
  /** Holds back what comes until it is clear where a continuation begins. */
  #opening: ContinuationOpening | undefined;
  readonly #output = new OutputBatch();
  readonly #reader = new ChunkReader();
  readonly #events = new SseReader((event) => {
    this.#play(event);
  });

  readonly #asksUsage: boolean;
  /** Whether the usage of the whole answer was sent. */
  #hasUsage: boolean;

  /** @param sent - what the client has */
  constructor(
    private readonly sent: SentAnswer,
    { continuesAt, asksUsage = false }: ReplayOptions = {},
  ) {
    this.#asksUsage = asksUsage;
    this.#hasUsage = sent.hasUsage;
    this.#choices = choicesOf(sent, continuesAt);
    this.#opening =
      continuesAt === undefined
        ? undefined
        : new ContinuationOpening(
            sent.choices.get(0)?.texts.get('content')?.slice(0, continuesAt) ?? '',
          );
  }

  /** Whether the stream turned out to be another answer. Nothing flows any more. */
  get differs(): boolean {
    return this.#differs;
  }

  /** Whether all that was sent has come again. */
  get caughtUp(): boolean {
    this.#caughtUp ||=
      this.#opening === undefined &&
      Array.from(this.#choices.values()).every((choice) => choice.isCaughtUp);
    return this.#caughtUp;
  }

  /** The event in which the provider reported an error; it is kept back, and nothing flows after. */
  get errorEvent(): Uint8Array | undefined {
    return this.#errorEvent;
  }

  /**
   * @param batch - whole events of the second stream; must not be written to afterwards
   * @returns what the client gets of them, maybe nothing
   */
  push(batch: Uint8Array): Uint8Array {
    this.#events.push(batch);
    return this.#output.isEmpty ? NO_BYTES : this.#output.take();
  }

  #play(event: SseEvent): void {
    if (this.#differs || this.#errorEvent !== undefined) {
      return;
    }
    const { dataBytes, dataStart, dataEnd } = event;
    if (event.dataLines === 0) {
      appendEdited(this.#output, event, []);
    } else if (isDone(event)) {
      this.#begin('continues');
      this.#passWhenCaughtUp(event);
    } else {
      const chunk = this.#reader.read(dataBytes, dataStart, dataEnd);
      if (chunk?.error !== undefined) {
        this.#errorEvent = event.bytes.subarray(event.start, event.end);
      } else if (chunk !== undefined) {
        this.#receive({ event, chunk });
      }
    }
  }

  #receive(played: PlayedChunk): void {
    if (this.#opening === undefined) {
      this.#playChunk(played);
    } else {
      this.#begin(this.#opening.add(played.event, played.chunk));
    }
  }

  /** Plays what was held back, now that it is clear where the stream begins. */
  #begin(beginning: Beginning | undefined): void {
    const opening = this.#opening;
    if (opening === undefined || beginning === undefined) {
      return;
    }
    this.#opening = undefined;
    if (beginning === 'anew') {
      this.#choices = choicesOf(this.sent);
    }
    for (const played of opening.held) {
      this.#playChunk(played);
    }
  }

  /** A stream that ends before all has come again is another answer. */
  #passWhenCaughtUp(event: SseEvent): void {
    if (this.caughtUp && !this.#differs) {
      appendEdited(this.#output, event, []);
    } else {
      this.#differs = true;
    }
  }

  #playChunk({ event, chunk }: PlayedChunk): void {
    if (this.#differs) {
      return;
    }
    const edits: Edit[] = [];
    let hasNews = chunk.choices.length === 0 && this.#isNewsOfAll(chunk);
    for (const choice of chunk.choices) {
      const verdict = this.#choiceAt(choice.index).play(choice, event.dataBytes, edits);
      if (verdict === 'differs') {
        this.#differs = true;
        return;
      }
      hasNews ||= verdict === 'new';
    }
    if (hasNews) {
      if (this.#hasUsage && chunk.usage !== undefined) {
        edits.push(removal(event.dataBytes, chunk.usage));
      }
      this.#pass({ event, chunk }, edits);
    } else {
      this.#passUsage({ event, chunk });
    }
  }

  /** A chunk without choices reports usage, or something else about the whole answer. */
  #isNewsOfAll({ usage }: Chunk): boolean {
    return this.caughtUp && (usage === undefined || !this.#hasUsage);
  }

  /** The usage of the whole answer may stand in a chunk that says nothing new besides. */
  #passUsage({ event, chunk }: PlayedChunk): void {
    const { usage, choicesSpan } = chunk;
    const isMissing = this.#asksUsage && !this.#hasUsage && this.#hasFinished;
    if (isMissing && usage !== undefined && choicesSpan !== undefined) {
      this.#hasUsage = true;
      this.#pass({ event, chunk }, [{ ...choicesSpan, replacement: NO_CHOICES }]);
    }
  }

  get #hasFinished(): boolean {
    return this.caughtUp && Array.from(this.#choices.values()).every((one) => one.hasFinished);
  }

  /** @param edits - what else is changed on the way */
  #pass({ event, chunk }: PlayedChunk, edits: Edit[]): void {
    pushReplacement(edits, chunk.id, this.sent.id);
    pushReplacement(edits, chunk.created, this.sent.created);
    appendEdited(this.#output, event, edits);
  }

  #choiceAt(index: number): ChoiceReplay {
    let choice = this.#choices.get(index);
    if (choice === undefined) {
      choice = new ChoiceReplay(undefined);
      this.#choices.set(index, choice);
    }
    return choice;
  }
}

/** @returns the choices that the client has, ready to be played against */
function choicesOf({ choices }: SentAnswer, continuesAt?: number): Map<number, ChoiceReplay> {
  return new Map(
    Array.from(choices, ([index, choice]) => [
      index,
      new ChoiceReplay(choice, index === 0 ? continuesAt : undefined),
    ]),
  );
}

function pushReplacement(
  edits: Edit[],
  span: Span | undefined,
  replacement: Uint8Array | undefined,
): void {
  if (span !== undefined && replacement !== undefined) {
    edits.push({ start: span.start, end: span.end, replacement });
  }
}
