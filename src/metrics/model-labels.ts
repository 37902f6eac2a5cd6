import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../http/index.js';

/** How many names that no mapping spells out get a label of their own. */
const MAX_DISCOVERED = 200;

const NONE = 'none';
const OTHER = 'other';

/** Keeps the values of the `model` label bounded, whatever clients ask for. */
@Injectable()
export class ModelLabels {
  readonly #discovered = new Set<string>();

  /**
   * @returns the model's own name when the configuration spells it out, or when a provider answered
   * for it with a 2xx and there are not too many of those; else `other`, or `none` without a model
   */
  labelOf({ model, modelIsConfigured, provider, status }: RequestContext): string {
    if (model === undefined) {
      return NONE;
    }
    if (modelIsConfigured || this.#discovered.has(model)) {
      return model;
    }
    const isAnswered = provider !== undefined && status >= 200 && status < 300;
    if (isAnswered && this.#discovered.size < MAX_DISCOVERED) {
      this.#discovered.add(model);
      return model;
    }
    return OTHER;
  }
}
