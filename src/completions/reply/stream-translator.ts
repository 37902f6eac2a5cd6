import type { TokenUsage } from '../../http/index.js';
import { hiddenRefusalFrom } from '../../providers/index.js';
import { type Span, type SseEvent, SseReader } from '../../wire/index.js';
import { mergeUsage } from '../token-usage.js';
import { AnswerReader, textOf } from './answer-reader.js';
import { ChoiceSet } from './choice-set.js';
import { OutputBatch } from './output-batch.js';
import { jsonWithoutSecrets } from './redaction.js';
import { upstreamErrorOf } from './upstream-refusal.js';

/** What is changed in a stream on its way to the client, and when it is whole. */
export interface StreamChanges {
  /** The name the client knows the model by, as JSON; undefined leaves the provider's. */
  readonly model: Uint8Array | undefined;
  /** Whether a chunk that only reports usage stays here, because only the proxy asked for it. */
  readonly hidesUsage: boolean;
  /** How many choices have to finish, at least, before a stream without `[DONE]` counts as whole. */
  readonly choiceCount: number;
  /** Whether the name that the provider gives its model is kept, for who asks. */
  readonly notesModel: boolean;
}

const DONE = Buffer.from('[DONE]');
/** Ends a stream that is complete. */
export const DONE_EVENT = Buffer.from('data: [DONE]\n\n');
const BLANK_LINE = Buffer.from('\n\n');
const LINE_END = Buffer.from('\n');
const DATA_FIELD = Buffer.from('data: ');

/**
 * Turns a provider's event stream into the client's: event by event, each in the bytes it came in
 * wherever it can, with what the proxy learns in passing kept aside. Events come out whole and the
 * same however the network cut the stream.
 */
export class StreamTranslator {
  /** The usage that was reported so far. */
  usage: TokenUsage | undefined;
  /** The provider's own name of the model, as JSON, where that is to be noted. */
  model: string | undefined;
  /** The provider's error value as it came, when an event carried one. The stream is over then. */
  error: string | undefined;
  /** Whether the error came in place of an answer: no content before it. */
  isRefused = false;
  /** Whether an event with content has been seen: from then on the stream is worth committing. */
  hasContent = false;
  /** Events with data that could be read. */
  events = 0;
  /** Events that were dropped because their data was not JSON. */
  malformedEvents = 0;
  /** Whether the provider ended the stream by the book, with `[DONE]`. */
  isDone = false;

  readonly #choicesSeen = new ChoiceSet();
  readonly #choicesFinished = new ChoiceSet();
  readonly #batch = new OutputBatch();
  readonly #errorEvent = new OutputBatch();
  /** Where events are written to. */
  #output = this.#batch;
  readonly #answer = new AnswerReader();
  readonly #events = new SseReader((event) => {
    this.#translate(event);
  });

  /** @param secrets - words that a provider may repeat in an error, and nobody may see */
  constructor(
    private readonly changes: StreamChanges,
    private readonly secrets: readonly string[] = [],
  ) {}

  /** Whether something is ready to be written. */
  get hasOutput(): boolean {
    return !this.#batch.isEmpty;
  }

  /** How much is ready to be written, bytes. */
  get outputSize(): number {
    return this.#batch.size;
  }

  /**
   * @param chunk - bytes as the network delivered them
   * @throws SseLimitError when an event grows without end
   */
  push(chunk: Uint8Array): void {
    this.#events.push(chunk);
  }

  /**
   * Call when the provider has closed the stream.
   *
   * @returns whether the answer is whole. One that finished but lacks its `[DONE]` gets it.
   */
  end(): boolean {
    this.#events.end();
    if (!this.isDone && this.#isFinished() && this.error === undefined) {
      this.#batch.append(DONE_EVENT);
      this.isDone = true;
    }
    return this.isDone;
  }

  /** Whether every choice that was asked for, or has begun, gave its reason to finish. */
  #isFinished(): boolean {
    const finished = this.#choicesFinished.size;
    return finished >= this.changes.choiceCount && finished === this.#choicesSeen.size;
  }

  /** @returns the events that are ready, as one piece */
  take(): Uint8Array {
    return this.#batch.take();
  }

  /**
   * @returns the event that carried `error`, as the client may see it. It is kept apart: who asked
   * may still have somebody else finish the stream.
   */
  takeErrorEvent(): Uint8Array {
    return this.#errorEvent.take();
  }

  #translate(event: SseEvent): void {
    if (this.isDone || this.error !== undefined) {
      return;
    }
    if (event.dataLines === 0) {
      // A comment keeps an open stream alive; before the first event there is nothing to keep.
      if (this.hasContent && event.terminated) {
        this.#batch.append(event.bytes, event.start, event.end);
      }
      return;
    }
    if (isDone(event)) {
      this.isDone = true;
      this.hasContent = true;
      this.#pass(event);
      return;
    }
    const { dataBytes, dataStart, dataEnd } = event;
    if (!this.#answer.read(dataBytes, dataStart, dataEnd)) {
      this.malformedEvents += 1;
      return;
    }
    this.events += 1;
    this.#learn();
    if (this.changes.notesModel) {
      this.#noteModel(dataBytes);
    }
    if (this.#answer.errorSpan !== undefined) {
      this.#fail(event, this.#answer.errorSpan);
    } else if (!this.#isOurs()) {
      this.#write(event);
    }
  }

  #learn(): void {
    const answer = this.#answer;
    this.usage = mergeUsage(this.usage, answer.usage);
    this.#choicesSeen.addAll(answer.choicesSeen);
    this.#choicesFinished.addAll(answer.choicesFinished);
    this.isRefused = answer.errorSpan !== undefined && !this.hasContent;
    this.hasContent ||= answer.hasContent;
  }

  #noteModel(bytes: Uint8Array): void {
    const [span] = this.#answer.modelSpans;
    this.model ??= span && textOf(bytes, span.start, span.end);
  }

  #fail(event: SseEvent, { start, end }: Span): void {
    const { dataBytes, dataStart, dataEnd } = event;
    this.error = textOf(dataBytes, start, end);
    const data = textOf(dataBytes, dataStart, dataEnd);
    const clean = jsonWithoutSecrets(data, this.secrets);
    this.#output = this.#errorEvent;
    if (clean === data) {
      this.#write(event);
    } else {
      const said =
        clean ??
        JSON.stringify(upstreamErrorOf(hiddenRefusalFrom(this.error), this.secrets).toBody());
      this.#output.append(Buffer.from(`data: ${said.replaceAll('\n', ' ')}\n\n`));
    }
  }

  /** Whether the chunk only answers what the proxy itself asked. */
  #isOurs(): boolean {
    const { hasEmptyChoices, usage } = this.#answer;
    return this.changes.hidesUsage && hasEmptyChoices && usage !== undefined;
  }

  #write(event: SseEvent): void {
    const { model } = this.changes;
    const spans = this.#answer.modelSpans;
    if (model === undefined || spans.length === 0) {
      this.#pass(event);
      return;
    }
    const { bytes, dataBytes } = event;
    const isPlain = bytes === dataBytes;
    let position = isPlain ? event.start : event.dataStart;
    if (!isPlain) {
      this.#output.append(Buffer.from(otherFields(event)));
      this.#output.append(DATA_FIELD);
    }
    for (const { start, end } of spans) {
      if (!isSame(dataBytes, start, end, model)) {
        this.#append(dataBytes, position, start, isPlain);
        this.#output.append(model);
        position = end;
      }
    }
    this.#append(dataBytes, position, isPlain ? event.end : event.dataEnd, isPlain);
    if (!isPlain || !event.terminated) {
      this.#output.append(BLANK_LINE);
    }
  }

  /** In JSON a line break can only be white space, so data of several lines leaves as one. */
  #append(bytes: Uint8Array, start: number, end: number, isPlain: boolean): void {
    if (isPlain) {
      this.#output.append(bytes, start, end);
    } else {
      this.#output.append(Buffer.from(textOf(bytes, start, end).replaceAll('\n', ' ')));
    }
  }

  #pass(event: SseEvent): void {
    this.#output.append(event.bytes, event.start, event.end);
    if (!event.terminated) {
      this.#output.append(event.bytes[event.end - 1] === LINE_END[0] ? LINE_END : BLANK_LINE);
    }
  }
}

/** @returns the lines of an event beside its data, such as `event:` and `id:` */
export function otherFields({ bytes, start, end }: SseEvent): string {
  return textOf(bytes, start, end)
    .split('\n')
    .filter((line) => line !== '' && !/^data(?::|$)/.test(line))
    .map((line) => `${line}\n`)
    .join('');
}

/** @returns whether the event says that the stream is complete */
export function isDone({ dataBytes, dataStart, dataEnd }: SseEvent): boolean {
  return isSame(dataBytes, dataStart, dataEnd, DONE);
}

function isSame(bytes: Uint8Array, start: number, end: number, other: Uint8Array): boolean {
  if (end - start !== other.byteLength) {
    return false;
  }
  for (let index = 0; index < other.byteLength; index += 1) {
    if (bytes[start + index] !== other[index]) {
      return false;
    }
  }
  return true;
}
