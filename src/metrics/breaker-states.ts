import type { HealthSnapshot, ObservedProvider } from '../providers/index.js';

/** The label of a breaker that stands for all models of its provider. */
const ALL_MODELS = 'all';

const OTHER_MODELS = 'other';

/** How a breaker's state is written as a number: the worse, the higher. */
const STATE_NUMBERS: Readonly<Record<HealthSnapshot['state'], number>> = {
  closed: 0,
  half_open: 1,
  open: 2,
};

/**
 * What only a wildcard matches is without number and has one label together.
 *
 * @param model - the provider's name of it; undefined: all of them
 * @returns the `model` label of a breaker
 */
export function breakerLabelOf({ models }: ObservedProvider, model: string | undefined): string {
  if (model === undefined) {
    return ALL_MODELS;
  }
  return models.targets.has(model) ? model : OTHER_MODELS;
}

/**
 * @returns the state of each breaker by its `model` label, as a number; of those that share a label
 * the worst
 */
export function breakerStatesOf(provider: ObservedProvider): ReadonlyMap<string, number> {
  const { state, models } = provider.health.snapshot();
  const { targets, isOpenEnded } = provider.models;
  const labels = isOpenEnded ? [...targets, OTHER_MODELS] : [...targets];
  const states = new Map(labels.map((label) => [label, STATE_NUMBERS.closed]));
  for (const breaker of [{ model: undefined, state }, ...models]) {
    const label = breakerLabelOf(provider, breaker.model);
    states.set(label, Math.max(states.get(label) ?? 0, STATE_NUMBERS[breaker.state]));
  }
  return states;
}
