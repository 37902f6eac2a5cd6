import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { receive, type ReceivedStream } from '../../../test/support/received-stream.js';
import { SeededRandom } from '../../../test/support/seeded-random.js';
import { Replay } from './replay.js';
import { Transcript } from './transcript.js';

/** A text of a choice, and which: `content`, `text`, or `name` or `arguments` of a call. */
interface Part {
  readonly field: string;
  readonly call: number | undefined;
  readonly text: string;
}

interface Choice {
  readonly parts: readonly Part[];
  readonly finishReason: string;
}

type Answer = readonly Choice[];

/** One way to say an answer in events. */
interface Telling {
  readonly id: string;
  readonly seed: number;
  /** Pieces are about this long, UTF-16 units. */
  readonly grain: number;
  /** Whether each chunk names the role, and each piece of a call its id. */
  readonly repeats: boolean;
}

const DONE = 'data: [DONE]\n\n';

/** Tells an answer: cut into pieces, pieces put together to chunks, choices mixed. */
function tell(answer: Answer, { id, seed, grain, repeats }: Telling): string[] {
  const random = new SeededRandom(seed);
  const queues = answer.map((choice, index) => chunksOf(choice, index, random, grain, repeats, id));
  const events: string[] = [];
  while (queues.some((queue) => queue.length > 0)) {
    const taken = queues.flatMap((queue) => (random.next() < 0.5 ? queue.splice(0, 1) : []));
    if (taken.length > 0) {
      const chunk = { id, created: id.length, choices: taken };
      events.push(`data: ${JSON.stringify(chunk)}\n\n`);
    }
    if (events.length > 0 && random.next() < 0.05) {
      events.push(': ping\n\n');
    }
  }
  const usage = { id, created: id.length, choices: [], usage: { total_tokens: 3 } };
  return [...events, `data: ${JSON.stringify(usage)}\n\n`, DONE];
}

function chunksOf(
  { parts, finishReason }: Choice,
  index: number,
  random: SeededRandom,
  grain: number,
  repeats: boolean,
  id: string,
): object[] {
  const pieces = parts.flatMap((part) =>
    cutText(part.text, random, grain).map((text, piece) => ({ ...part, text, piece })),
  );
  const chunks: { delta: Record<string, unknown>; text?: string; finish_reason: unknown }[] = [
    { delta: { role: 'assistant', content: '' }, finish_reason: null },
  ];
  for (const { field, call, text, piece } of pieces) {
    let chunk = chunks.at(-1);
    const fields = call === undefined ? field : 'tool_calls';
    const isFree = chunk !== undefined && !(fields in chunk.delta) && chunk.text === undefined;
    if (!isFree || field === 'text' || random.next() < 0.6) {
      chunk = { delta: repeats ? { role: 'assistant' } : {}, finish_reason: null };
      chunks.push(chunk);
    }
    if (chunk === undefined) {
      throw new Error('there is always a chunk');
    }
    if (field === 'text') {
      chunk.text = text;
    } else if (call === undefined) {
      chunk.delta[field] = text;
    } else {
      const isNamed = repeats || (field === 'name' && piece === 0);
      const identity = isNamed ? { id: `call-${id}-${call}`, type: 'function' } : {};
      chunk.delta['tool_calls'] = [{ index: call, ...identity, function: { [field]: text } }];
    }
  }
  const last = chunks.at(-1);
  if (last !== undefined && random.next() < 0.5) {
    last.finish_reason = finishReason;
  } else {
    chunks.push({ delta: {}, finish_reason: finishReason });
  }
  return chunks.map((chunk) => ({ index, ...chunk }));
}

/** Cuts a text anywhere, within a pair of surrogates too; some pieces are empty. */
function cutText(text: string, random: SeededRandom, grain: number): string[] {
  const pieces: string[] = [];
  let position = 0;
  while (position < text.length) {
    const end = position + Math.floor(random.next() * 2 * grain);
    pieces.push(text.slice(position, end));
    position = end;
  }
  return pieces;
}

/** Cuts bytes at the given places, each taken modulo their length. */
function packets(text: string, places: readonly number[]): Buffer[] {
  const bytes = Buffer.from(text);
  const cuts = places.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b);
  return [...cuts, bytes.length].map((end, index) => bytes.subarray(cuts[index - 1] ?? 0, end));
}

/** How a client fares whose stream breaks and is played again, maybe more than once. */
class Client {
  readonly received: Buffer[] = [];
  readonly #transcript = new Transcript(1_000_000);
  replay: Replay | undefined;

  /** The first stream, until it breaks. */
  get(events: readonly string[]): void {
    for (const event of events) {
      this.#take(Buffer.from(event));
    }
  }

  /** A second stream, or what came of it. */
  recover(pieces: readonly Buffer[]): Replay {
    const sent = this.#transcript.sent();
    if (sent === undefined) {
      throw new Error('what was sent cannot be continued');
    }
    this.replay = new Replay(sent);
    for (const piece of pieces) {
      this.#take(this.replay.push(piece));
    }
    return this.replay;
  }

  get stream(): ReceivedStream {
    return receive(...this.received);
  }

  #take(batch: Uint8Array): void {
    this.received.push(Buffer.from(batch));
    this.#transcript.add(batch);
  }
}

function textsOf(stream: ReceivedStream): Record<string, Record<string, string>> {
  return Object.fromEntries(
    Object.entries(stream.choices).map(([index, { texts }]) => [index, texts]),
  );
}

const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 });
/** Few letters, so that answers agree for a while, and repeat themselves. */
const monotony = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 8 });

function maybe(field: string, words: fc.Arbitrary<string>, call?: number): fc.Arbitrary<Part[]> {
  return fc.option(words).map((value) => (value === null ? [] : [{ field, call, text: value }]));
}

function choiceOf(words: fc.Arbitrary<string>): fc.Arbitrary<Choice> {
  const call = (index: number): fc.Arbitrary<Part[]> =>
    fc.tuple(words, words).map(([name, input]) => [
      { field: 'name', call: index, text: name },
      { field: 'arguments', call: index, text: input },
    ]);
  const chat = fc
    .tuple(
      maybe('reasoning_content', words),
      maybe('content', words),
      fc.oneof(
        fc.constant([]),
        call(0),
        fc.tuple(call(0), call(1)).map((calls) => calls.flat()),
      ),
      maybe('refusal', words),
    )
    .map((parts) => parts.flat());
  const completion = maybe('text', words);
  return fc.record({
    parts: fc.oneof({ weight: 4, arbitrary: chat }, { weight: 1, arbitrary: completion }),
    finishReason: fc.constantFrom('stop', 'length'),
  });
}

function answers(words: fc.Arbitrary<string>): fc.Arbitrary<Answer> {
  return fc.array(choiceOf(words), { minLength: 1, maxLength: 3 });
}

function telling(id: string): fc.Arbitrary<Telling> {
  return fc.record({
    id: fc.constant(id),
    seed: fc.nat(),
    grain: fc.constantFrom(1, 2, 5, 20),
    repeats: fc.boolean(),
  });
}

const places = fc.array(fc.nat(), { maxLength: 8 });

/** The first stream must name each role and each id once: it is the provider's own otherwise. */
const firstTelling = telling('first').map((how) => ({ ...how, repeats: false }));

/** @returns the events before the stream breaks; it has begun, and not ended */
function broken(events: readonly string[], place: number): string[] {
  return events.slice(0, 1 + (place % (events.length - 1)));
}

function expectOneStream(stream: ReceivedStream): void {
  expect(stream.ids).toStrictEqual(['first']);
  expect(stream.created).toStrictEqual(['first'.length]);
  for (const choice of Object.values(stream.choices)) {
    expect(choice.roles.length).toBeLessThanOrEqual(1);
    expect(choice.finishReasons.length).toBeLessThanOrEqual(1);
    for (const [call, id] of Object.entries(choice.callIds)) {
      expect(id).toMatch(new RegExp(`^call-(first|second|third)-${call}$`));
    }
  }
}

describe('Replay: any stream that breaks and is told again', () => {
  it('arrives as one stream, exactly once', () => {
    fc.assert(
      fc.property(
        answers(text),
        firstTelling,
        telling('second'),
        fc.nat(),
        places,
        (answer, before, after, place, cuts) => {
          const whole = tell(answer, before);
          const client = new Client();
          client.get(broken(whole, place));

          const replay = client.recover(packets(tell(answer, after).join(''), cuts));

          const { stream } = client;
          expect([replay.differs, replay.caughtUp]).toStrictEqual([false, true]);
          expect(textsOf(stream)).toStrictEqual(textsOf(receive(...whole)));
          expect(Object.values(stream.choices).map((choice) => choice.finishReasons)).toStrictEqual(
            answer.map(({ finishReason }) => [finishReason]),
          );
          expect([stream.done, stream.usages.length]).toStrictEqual([1, 1]);
          expectOneStream(stream);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('arrives so even when the second stream breaks as well', () => {
    fc.assert(
      fc.property(
        answers(text),
        firstTelling,
        telling('second'),
        telling('third'),
        fc.tuple(fc.nat(), fc.nat()),
        (answer, before, between, after, [place, secondPlace]) => {
          const whole = tell(answer, before);
          const client = new Client();
          client.get(broken(whole, place));
          client.recover(
            broken(tell(answer, between).slice(0, -2), secondPlace).map((event) =>
              Buffer.from(event),
            ),
          );

          const replay = client.recover([Buffer.from(tell(answer, after).join(''))]);

          expect([replay.differs, replay.caughtUp]).toStrictEqual([false, true]);
          expect(textsOf(client.stream)).toStrictEqual(textsOf(receive(...whole)));
          expectOneStream(client.stream);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('never mixes two answers', () => {
    fc.assert(
      fc.property(
        answers(monotony),
        answers(monotony),
        firstTelling,
        telling('second'),
        fc.nat(),
        (answer, other, before, after, place) => {
          const client = new Client();
          client.get(broken(tell(answer, before), place));
          const had = textsOf(client.stream);
          const whole = tell(other, after);

          const replay = client.recover([Buffer.from(whole.join(''))]);

          const has = textsOf(client.stream);
          const others = textsOf(receive(...whole));
          // One choice may go on before it turns out that another one differs; it is never undone.
          const isKept = Object.entries(had).every(([index, texts]) =>
            Object.entries(texts).every(
              ([key, value]) => has[index]?.[key]?.startsWith(value) === true,
            ),
          );
          expect(isKept).toBe(true);
          expect(has).toMatchObject(replay.differs ? {} : others);
          for (const [index, texts] of Object.entries(has)) {
            for (const [key, value] of Object.entries(texts)) {
              const isUntouched = value === had[index]?.[key];
              expect(isUntouched || others[index]?.[key]?.startsWith(value)).toBe(true);
            }
          }
          expect(client.stream.done).toBe(replay.differs ? 0 : 1);
          expectOneStream(client.stream);
        },
      ),
      { numRuns: 600 },
    );
  });

  it('differs exactly when the other answer does not begin with what was sent', () => {
    fc.assert(
      fc.property(
        monotony,
        monotony,
        firstTelling,
        telling('second'),
        fc.nat(),
        (content, other, before, after, place) => {
          const answer = (words: string): Answer => [
            {
              parts: [{ field: 'content', call: undefined, text: words }],
              finishReason: 'stop',
            },
          ];
          const sent = broken(tell(answer(content), before).slice(0, -2), place);
          const client = new Client();
          client.get(sent);
          const had = client.stream.choices['0'];
          const isPrefix = other.startsWith(had?.texts['content'] ?? '');
          const isOver = had?.finishReasons.length === 1;

          const replay = client.recover([Buffer.from(tell(answer(other), after).join(''))]);

          expect(replay.differs).toBe(!(isOver ? other === content : isPrefix));
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('Transcript: any stream', () => {
  it('is remembered as the client has it, however it came in batches', () => {
    fc.assert(
      fc.property(answers(text), firstTelling, fc.nat(), fc.nat(), (answer, how, place, seed) => {
        const random = new SeededRandom(seed);
        const events = broken(tell(answer, how).slice(0, -1), place);
        const transcript = new Transcript(1_000_000);
        let batch = '';
        for (const event of events) {
          batch += event;
          if (random.next() < 0.5) {
            transcript.add(Buffer.from(batch));
            batch = '';
          }
          if (random.next() < 0.2) {
            transcript.sent();
          }
        }
        transcript.add(Buffer.from(batch));

        const sent = transcript.sent();

        const remembered = Array.from(sent?.choices ?? [], ([index, { texts }]) => [
          String(index),
          Object.fromEntries(texts),
        ]);
        expect(Object.fromEntries(remembered)).toStrictEqual(textsOf(receive(...events)));
      }),
    );
  });
});
