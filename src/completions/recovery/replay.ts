import { SseReader, type SseEvent } from '../../wire/index.js';
import { type Chunk, type ChunkChoice, dataOf, parseChunk } from './chunk.js';
import { callPrefix, isFields, trackDeltasOf } from './tracks.js';
import type { Told, ToldChoice } from './transcript.js';

/** Where the new stream stands in a choice that the client has a part of. */
interface Position {
  readonly told: ToldChoice;
  /** How much of each track was matched, characters. */
  readonly matched: Map<string, number>;
}

/**
 * Joins a second stream to what a client has of a first one. As long as it says what was said before
 * it is swallowed; from its first new character on it flows, under the first one's id and without
 * another role. Where it says something else it `differs`, and nothing of it flows any more.
 */
export class Replay {
  /** Whether the new stream says something else than the first one did. */
  differs = false;
  readonly #positions: ReadonlyMap<number, Position>;
  readonly #events = new SseReader((event) => {
    if (!this.differs) {
      this.#translate(event);
    }
  });
  #output: Uint8Array[] = [];

  /**
   * @param told - what the client has; it may go on growing with what flows
   * @param isContinuation - whether the new stream begins where the first one broke off, as after a
   * prefill, and not with its beginning
   */
  constructor(
    private readonly told: Told,
    isContinuation: boolean,
  ) {
    this.#positions = new Map(
      [...told.choices].map(([index, { tracks, isFinished }]) => {
        const known = { tracks: new Map(isContinuation ? [] : tracks), isFinished };
        return [index, { told: known, matched: new Map() }];
      }),
    );
  }

  /**
   * @param batch - whole events
   * @returns those of them that are news to the client
   */
  push(batch: Uint8Array): Uint8Array {
    this.#events.push(batch);
    const output = this.#output;
    this.#output = [];
    return Buffer.concat(output);
  }

  #translate(event: SseEvent): void {
    if (event.dataLines === 0) {
      return;
    }
    const data = dataOf(event);
    const chunk = parseChunk(data);
    if (chunk !== undefined) {
      this.#translateChunk(chunk);
    } else if (this.#isCaughtUp()) {
      this.#write(data);
    } else {
      this.differs = true;
    }
  }

  #translateChunk(chunk: Chunk): void {
    // Decided before the choices are matched: a chunk without any belongs to the end of a stream.
    const news = chunk.choices.filter((choice) => this.#isNews(choice));
    if (this.differs) {
      return;
    }
    const hasChoices = chunk.choices.length > 0;
    if (hasChoices ? news.length === 0 : !this.#isCaughtUp()) {
      return;
    }
    const { fields } = chunk;
    for (const [name, value] of this.told.identity) {
      fields[name] = value;
    }
    if (hasChoices) {
      fields['choices'] = news.map((choice) => choice.fields);
    }
    this.#write(JSON.stringify(fields));
  }

  /** Takes out of a choice what the client has. @returns whether something is left */
  #isNews({ index, fields, isFinished }: ChunkChoice): boolean {
    const position = this.#positions.get(index);
    if (position === undefined) {
      return true;
    }
    let isNews = false;
    for (const { track, text, cut } of trackDeltasOf(fields)) {
      const isNew = this.#match(position, track, text, cut);
      isNews ||= isNew;
    }
    withoutRole(fields);
    withoutKnownCalls(fields, position.told);
    if (isFinished && !position.told.isFinished) {
      this.differs ||= !isComplete(position);
      return true;
    }
    if (isFinished) {
      fields['finish_reason'] = null;
    }
    return isNews && !this.differs;
  }

  /** @returns whether the text holds something new; what is not is cut off */
  #match(position: Position, track: string, text: string, cut: (length: number) => void): boolean {
    const { told, matched } = position;
    const known = told.tracks.get(track) ?? '';
    const from = matched.get(track) ?? 0;
    const length = Math.min(known.length - from, text.length);
    if (!known.startsWith(text.slice(0, length), from)) {
      this.differs = true;
      return false;
    }
    matched.set(track, from + length);
    if (text.length === length) {
      cut(length);
      return false;
    }
    // Something new before all that was said has come again: it was said in another order.
    if (!isComplete(position) || told.isFinished) {
      this.differs = true;
      return false;
    }
    cut(length);
    return true;
  }

  /** Whether all that was said has come again. */
  #isCaughtUp(): boolean {
    return [...this.#positions.values()].every(isComplete);
  }

  #write(data: string): void {
    this.#output.push(Buffer.from(`data: ${data.replaceAll('\n', ' ')}\n\n`));
  }
}

function isComplete({ told, matched }: Position): boolean {
  for (const [track, text] of told.tracks) {
    if ((matched.get(track) ?? 0) < text.length) {
      return false;
    }
  }
  return true;
}

function withoutRole(choice: Record<string, unknown>): void {
  const { delta } = choice;
  if (isFields(delta)) {
    delete delta['role'];
  }
}

/** A tool call that the client knows goes on under the id it has; each stream makes ids of its own. */
function withoutKnownCalls({ delta }: Record<string, unknown>, { tracks }: ToldChoice): void {
  const calls: unknown = isFields(delta) ? delta['tool_calls'] : undefined;
  for (const [position, call] of (Array.isArray(calls) ? calls : []).entries()) {
    if (isFields(call) && tracks.has(`${callPrefix(call, position)}name`)) {
      delete call['id'];
      delete call['type'];
      const { function: named } = call;
      if (isFields(named) && named['name'] === '') {
        delete named['name'];
      }
    }
  }
}
