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
  labelOf({ model, modelIsConfigured, provider, status, error }: RequestContext): string {
    if (model === undefined) {
      return NONE;
    }
    if (modelIsConfigured || this.#discovered.has(model)) {
      return model;
    }
    // Behind a 200 of which only comments have gone out there may be no answer at all.
    const isAnswered =
      provider !== undefined && error === undefined && status >= 200 && status < 300;
    if (isAnswered && this.#discovered.size < MAX_DISCOVERED) {
      this.#discovered.add(model);
      return model;
    }
    return OTHER;
  }
}
