import { isMapping } from '../../document-path.js';
import { accepted, refused, type Reading, type Refusal } from '../reading.js';
import { setting, type Setting } from '../setting.js';
import { readText } from './text.js';

/** The models that answer in place of a model, in the order in which they are asked. */
export type Fallbacks = ReadonlyMap<string, readonly string[]>;

/** A model → those that answer in its place. */
export function fallbacks(): Setting<Fallbacks> {
  return setting(
    {
      title: 'names to lists of names',
      type: 'object',
      additionalProperties: { type: 'array', items: { type: 'string' } },
    },
    readFallbacks,
  );
}

function readFallbacks(written: unknown): Reading<Fallbacks> {
  if (!isMapping(written)) {
    return refused({ message: 'must be a mapping of models to lists of models' });
  }
  const result = new Map<string, readonly string[]>();
  const refusals: Refusal[] = [];
  for (const [model, given] of Object.entries(written)) {
    const reading = readTargets(model, given);
    if (reading.accepted) {
      result.set(model, reading.value);
    } else {
      refusals.push(...reading.refusals.map((refusal) => ({ ...refusal, key: model })));
    }
  }
  return refusals.length > 0 ? refused(...refusals) : accepted(result);
}

function readTargets(model: string, given: unknown): Reading<readonly string[]> {
  if (!Array.isArray(given)) {
    return refused({
      message: 'must be a list of models',
      remedy: 'write [first, second]; an empty list, [], is none',
    });
  }
  const targets: string[] = [];
  for (const item of given) {
    const reading = readText(item);
    if (!reading.accepted) {
      return refused({ message: 'must hold names of models', remedy: 'put them in quotes' });
    }
    targets.push(reading.value);
  }
  const refusal = checkNames(model, targets);
  return refusal === undefined ? accepted(targets) : refused(refusal);
}

/** That two models fall back to each other is fine: a request asks each model once at most. */
function checkNames(model: string, targets: readonly string[]): Refusal | undefined {
  if (model.trim() === '') {
    return { message: 'the name of the model is empty' };
  }
  if ([model, ...targets].some((name) => name.endsWith('*'))) {
    return { message: 'must be about whole names, without *', remedy: 'name each model' };
  }
  if (targets.includes(model)) {
    return { message: 'falls back to itself', remedy: 'remove it from its own list' };
  }
  if (new Set(targets).size < targets.length) {
    return { message: 'holds a model twice', remedy: 'each is asked once' };
  }
  return undefined;
}
