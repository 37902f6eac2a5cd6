import { describe, expect, it } from '@jest/globals';
import { ConfigError } from './config-error.js';
import { parseConfig } from './parse-config.js';

const ANY_MODEL = 'providers: [{name: a, api_base: "http://up/v1"}]';
const SOME_MODELS = `providers:
  - {name: a, type: demo, model_mapping: {gpt-4o: x, claude-sonnet: y}}
  - {name: b, type: demo, model_mapping: {"llama-*": z}}`;

function problemsOf(yaml: string): readonly string[] {
  try {
    parseConfig(yaml);
  } catch (error) {
    if (error instanceof ConfigError) {
      return error.format().split('\n');
    }
    throw error;
  }
  return [];
}

describe('the settings for providers that fail', () => {
  it.each([
    ['none', { kind: 'none' }],
    ['User', { kind: 'user' }],
    ['header X-Session-Id', { kind: 'header', name: 'x-session-id' }],
    ['"header   x-a"', { kind: 'header', name: 'x-a' }],
  ])('reads affinity: %s', (written, expected) => {
    const config = parseConfig(`${ANY_MODEL}\nrouting: {affinity: ${written}}`);

    expect(config.routing.affinity).toStrictEqual(expected);
  });

  it.each([
    ['hedge: {after: p95}', { after: 'p95', maxRatio: 0.05 }],
    ['hedge: {after: 2s, max_ratio: "0.5"}', { after: 2000, maxRatio: 0.5 }],
    ['hedge: {after: 0.3}', { after: 300, maxRatio: 0.05 }],
    ['hedge: {}', { after: 'p95', maxRatio: 0.05 }],
    ['hedge:', undefined],
  ])('reads %s', (written, expected) => {
    expect(parseConfig(`${ANY_MODEL}\n${written}`).hedge).toStrictEqual(expected);
  });

  it.each([
    ['true', 'any'],
    ['no', false],
    ['continue_final_message', 'continue_final_message'],
    ['prefix', 'prefix'],
    ['Trailing', 'trailing'],
  ])('reads supports_prefill: %s', (written, expected) => {
    const yaml = `providers: [{name: a, api_base: "http://up", supports_prefill: ${written}}]`;

    expect(parseConfig(yaml).providers[0]).toHaveProperty('supportsPrefill', expected);
  });

  it('takes for a request that is too long the same fallbacks, unless told otherwise', () => {
    const { fallbacks, contextFallbacks } = parseConfig(`${ANY_MODEL}
fallbacks: {a: [b, c], d: [e], f: []}
context_fallbacks: {a: [long], d: [], g: [long]}`);

    expect([...fallbacks]).toStrictEqual([
      ['a', ['b', 'c']],
      ['d', ['e']],
    ]);
    expect([...contextFallbacks]).toStrictEqual([
      ['a', ['long']],
      ['g', ['long']],
    ]);
  });

  it.each([
    'fallbacks: {gpt-4o: [claude-sonnet, llama-3]}',
    'fallbacks: {gpt-4o: [claude-sonnet], claude-sonnet: [gpt-4o]}',
    'fallbacks: {not-served: [gpt-4o]}',
    'context_fallbacks: {gpt-4o: [llama-]}',
    'breaker: {open: 30s, max_open: 30s}',
    'retry: {attempts: 1, backoff: 0, max_backoff: 0, budget: 0, budget_floor: 0}',
  ])('accepts %s', (lines) => {
    expect(problemsOf(`${SOME_MODELS}\n${lines}`)).toStrictEqual([]);
  });

  it('takes a provider without a mapping to serve every fallback', () => {
    expect(problemsOf(`${ANY_MODEL}\nfallbacks: {a: [anything]}`)).toStrictEqual([]);
  });

  it.each([
    [
      'fallbacks: {gpt-4o: [claude-sonet]}',
      'fallbacks.gpt-4o[0]: must be a model that some provider serves, not "claude-sonet"; did you mean claude-sonnet?',
    ],
    [
      'context_fallbacks: {gpt-4o: [claude-sonnet, mistral]}',
      'context_fallbacks.gpt-4o[1]: must be a model that some provider serves, not "mistral"; add it to a provider\'s model_mapping, or remove it here',
    ],
    [
      'fallbacks: {gpt-4o: [claude-sonnet, gpt-4o]}',
      'fallbacks.gpt-4o: falls back to itself; remove it from its own list',
    ],
    [
      'fallbacks: {gpt-4o: [claude-sonnet, claude-sonnet]}',
      'fallbacks.gpt-4o: holds a model twice; each is asked once',
    ],
    [
      'fallbacks: {gpt-4o: claude-sonnet}',
      'fallbacks.gpt-4o: must be a list of models; write [first, second]; an empty list, [], is none',
    ],
    [
      'fallbacks: {gpt-4o: [4.1]}',
      'fallbacks.gpt-4o: must hold names of models; put them in quotes',
    ],
    [
      'fallbacks: {"gpt-*": [claude-sonnet]}',
      'fallbacks["gpt-*"]: must be about whole names, without *; name each model',
    ],
    ['fallbacks: {"": [gpt-4o]}', 'fallbacks[""]: the name of the model is empty'],
    ['fallbacks: [gpt-4o]', 'fallbacks: must be a mapping of models to lists of models'],
    [
      'routing: {strategy: fastets}',
      'routing.strategy: must be one of weighted, least_busy, fastest, not "fastets"; did you mean fastest?',
    ],
    [
      'routing: {strategy: random}',
      'routing.strategy: must be one of weighted, least_busy, fastest, not "random"',
    ],
    [
      'routing: {affinity: session}',
      'routing.affinity: must be none, user, or header and its name, not "session"; write header x-session-id',
    ],
    [
      'routing: {affinity: "header a:b"}',
      'routing.affinity: must be none, user, or header and its name, not "header a:b"; write header x-session-id',
    ],
    ['hedge: {after: p99}', 'hedge.after: must be p95, or a duration such as 2s, not "p99"'],
    ['hedge: {after: 0}', 'hedge.after: must be p95, or a duration such as 2s, not 0'],
    ['hedge: {max_ratio: 5}', 'hedge.max_ratio: must be a number from 0 to 1, not 5'],
    ['retry: {budget: 20}', 'retry.budget: must be a number from 0 to 1, not 20'],
    ['retry: {attempts: 0}', 'retry.attempts: must be a whole number from 1 to 100, not 0'],
    [
      'retry: {backoff: 10s}',
      'retry.max_backoff: must not be shorter than backoff; raise it, or lower backoff',
    ],
    [
      'breaker: {open: 1m}',
      'breaker.max_open: must not be shorter than open; raise it, or lower open',
    ],
    [
      'breaker: {failure_ratio: 2}',
      'breaker.failure_ratio: must be a number from 0.01 to 1, not 2',
    ],
    ['breaker: {probes: 0}', 'breaker.probes: must be a whole number from 1 to 1000, not 0'],
    [
      'stream_recovery: resme',
      'stream_recovery: must be one of error, resume, not "resme"; did you mean resume?',
    ],
    [
      'resume: {max_bytes: 0}',
      'resume.max_bytes: must be a size from 1 byte to 1gb, not 0; write 32mb, 512kb or a number of bytes',
    ],
  ])('explains %s', (lines, message) => {
    expect(problemsOf(`${SOME_MODELS}\n${lines}`)).toStrictEqual([`config.yaml: ${message}`]);
  });

  it('explains a form of prefill that there is not', () => {
    const yaml = 'providers: [{name: a, api_base: "http://up", supports_prefill: prefixed}]';

    expect(problemsOf(yaml)).toStrictEqual([
      'config.yaml: providers[0].supports_prefill: must be true, false or one of continue_final_message, prefix, trailing, not "prefixed"; did you mean prefix?',
    ]);
  });

  it('repeats no fallback that comes from a variable', () => {
    const yaml = `${SOME_MODELS}\nfallbacks: {gpt-4o: ["\${KEY}"]}`;

    expect(() => parseConfig(yaml, { environment: { KEY: 'sk-secret' } })).toThrow(
      'config.yaml: fallbacks.gpt-4o[0]: must be a model that some provider serves; add it',
    );
  });
});
