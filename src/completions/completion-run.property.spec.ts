import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Asked, CompletionStage } from '../../test/support/completion-stage.js';

const NAMES = ['a', 'b', 'c'] as const;
const CONTENT = 'data: {"id":"1","choices":[{"index":0,"delta":{"content":"one "}}]}\n\n';
const OTHER = 'data: {"id":"2","choices":[{"index":0,"delta":{"content":"two "}}]}\n\n';
const FINISH = 'data: {"id":"1","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n';

/** What a provider may do next, whether or not it was asked. */
const DEEDS = {
  connect: (stage: CompletionStage, name: string) => {
    stage.upstream(name).connect();
  },
  refuse: (stage: CompletionStage, name: string) => {
    stage.upstream(name).answer(503, { error: { message: 'no' } });
  },
  limit: (stage: CompletionStage, name: string) => {
    stage.upstream(name).answer(429, {}, { 'retry-after': '2' });
  },
  tooLong: (stage: CompletionStage, name: string) => {
    stage.upstream(name).answer(400, { error: { code: 'context_length_exceeded' } });
  },
  whole: (stage: CompletionStage, name: string) => {
    stage.upstream(name).answer(200, { choices: [] });
  },
  stream: (stage: CompletionStage, name: string) => {
    stage.upstream(name).beginStream();
  },
  content: (stage: CompletionStage, name: string) => stage.upstream(name).packet(CONTENT),
  other: (stage: CompletionStage, name: string) => stage.upstream(name).packet(OTHER),
  finish: (stage: CompletionStage, name: string) =>
    stage.upstream(name).packet(`${FINISH}data: [DONE]\n\n`),
  error: (stage: CompletionStage, name: string) =>
    stage.upstream(name).packet('data: {"error":{"message":"no"}}\n\n'),
  end: (stage: CompletionStage, name: string) => {
    stage.upstream(name).end();
  },
  reset: (stage: CompletionStage, name: string) => {
    stage.upstream(name).fail('reset');
  },
} as const;

type Deed = keyof typeof DEEDS;
type Step = readonly ['deed', Deed, number] | readonly ['time', number] | readonly ['leave'];

const deeds = Object.keys(DEEDS) as Deed[];
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.tuple(fc.constant('deed' as const), fc.constantFrom(...deeds), fc.nat(2)),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(fc.constant('time' as const), fc.constantFrom(1, 400, 2000, 30_000)),
  },
  { weight: 1, arbitrary: fc.tuple(fc.constant('leave' as const)) },
);

async function take(
  stage: CompletionStage,
  asked: Asked,
  [kind, what, index]: Step,
): Promise<void> {
  if (kind === 'time') {
    stage.clock.advance(what);
  } else if (kind === 'leave') {
    asked.leave();
  } else {
    const name = NAMES[index] ?? 'a';
    // A provider that was not asked has nobody to tell.
    if (stage.upstream(name).calls.length > 0) {
      await DEEDS[what](stage, name);
    }
  }
}

describe('CompletionRun: whatever providers and clients do', () => {
  it('ends once, says nothing after that, and leaves nothing behind', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.boolean(), async (steps, stream) => {
        const stage = new CompletionStage({
          providers: { a: {}, b: { supportsPrefill: 'any' }, c: { modelMapping: { n: 'n' } } },
          settings: {
            fallbacks: { m: ['n'] },
            hedge: { after: '300ms', max_ratio: 1 },
            stream_recovery: 'resume',
          },
        });
        const asked = stage.ask({ body: { stream } });

        for (const one of steps) {
          await take(stage, asked, one);
        }
        // Past every deadline there is, whatever was left undone.
        stage.clock.advance(700_000);
        stage.clock.advance(700_000);

        const isTerminal = (word: string): boolean => word === 'complete' || word === 'error';
        const terminals = asked.heard.filter(isTerminal);
        const isLast = terminals.length === 0 || isTerminal(asked.heard.at(-1) ?? '');
        const hasLeft = steps.some(([kind]) => kind === 'leave');
        expect(terminals.length).toBeLessThanOrEqual(1);
        expect(isLast && (hasLeft || terminals.length === 1)).toBe(true);
        expect(NAMES.map((name) => stage.provider(name).running)).toStrictEqual([0, 0, 0]);
        expect(stage.clock.pending).toBe(0);
        expect(stage.reports).toHaveLength(asked.context.attempts.length);
        expect(asked.heard.filter((word) => word === 'stream').length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 1500 },
    );
  });
});
