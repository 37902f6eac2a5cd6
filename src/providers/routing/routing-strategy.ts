/** What a strategy may know of a provider. */
export interface Routable {
  /** Unlike any other's, and the same in every replica. */
  readonly name: string;
  /** A positive whole number. */
  readonly weight: number;
  /** How many requests run there now. */
  readonly running: number;
  /** Decaying average of the time to the first content, ms; undefined: not known yet. */
  readonly timeToFirstToken: number | undefined;
}

/**
 * Decides which of a model's providers the next request goes to. Built with the fixed list of these
 * providers; what changes from request to request is who is eligible.
 */
export interface RoutingStrategy<Item extends Routable> {
  /**
   * @param isEligible - whether this request may go to the item now; it has no side effect, and may
   * be asked more than once
   * @param affinityKey - what this request has in common with those that should go the same way
   * @returns undefined when nobody is eligible
   */
  pick(isEligible: (item: Item) => boolean, affinityKey?: string): Item | undefined;
}

/** What the requests that should go the same way have in common. */
export type Affinity =
  | { readonly kind: 'none' }
  /** The body's `user`. */
  | { readonly kind: 'user' }
  | { readonly kind: 'header'; readonly name: string };

/** How requests are shared out among the providers of a model. */
export interface RoutingSettings {
  readonly strategy: 'weighted' | 'least_busy' | 'fastest';
  readonly affinity: Affinity;
}
