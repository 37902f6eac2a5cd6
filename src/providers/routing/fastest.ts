import type { Random } from '../../random/index.js';
import type { Routable, RoutingStrategy } from './routing-strategy.js';

interface Contender<Item> {
  readonly item: Item;
  /** Whether the request at hand may go there. */
  isEligible: boolean;
  /** How many comparisons it lost since it was picked last. */
  losses: number;
}

/**
 * By how much a lost comparison lowers what the next one goes by: a provider twice as slow as the
 * other one gets every 36th request (ln 2 / -ln 0.98), one ten times as slow every 115th.
 */
const AGEING = 0.98;

/** Times below this are all the same, ms: a provider at 0 would win whatever it has to do. */
const SHORTEST_TIME = 1;

/**
 * Power of two choices (M. Mitzenmacher, "The power of two choices in randomized load balancing",
 * IEEE TPDS 12(10), 2001): draws two providers, each by its weight, and picks the cheaper one. So no
 * herd runs to the one that was fastest a moment ago. What counts is, as in Finagle's and linkerd's
 * PeakEwma, the average time to the first token times the requests there with this one, here
 * divided by the weight: a provider of weight 2 is taken at up to twice the time.
 *
 * A provider that nothing is known of counts as fast as the fastest that is known: it is tried at
 * once, and what runs there already keeps it from being flooded until its first token comes.
 *
 * A provider that was slow gets another chance because its average counts less with each
 * comparison that it loses, towards 0, and fully again once it was picked. Finagle has it fade with
 * time instead (10 s); where requests are rarer than that, everybody has faded by the next one: at
 * one a minute a provider ten times as slow as the other one then gets 42 % of them in simulation,
 * here 1 %. What slow providers get here is the same small part at any rate.
 */
export class Fastest<Item extends Routable> implements RoutingStrategy<Item> {
  readonly #contenders: readonly Contender<Item>[];

  constructor(
    items: readonly Item[],
    private readonly random: Random,
  ) {
    this.#contenders = items.map((item) => ({ item, isEligible: false, losses: 0 }));
  }

  pick(isEligible: (item: Item) => boolean): Item | undefined {
    let weights = 0;
    let shortest = Infinity;
    for (const contender of this.#contenders) {
      const { item } = contender;
      contender.isEligible = isEligible(item);
      if (contender.isEligible) {
        weights += item.weight;
        shortest = Math.min(shortest, item.timeToFirstToken ?? Infinity);
      }
    }
    const first = this.#draw(weights, undefined);
    const second = this.#draw(weights - (first?.item.weight ?? 0), first);
    if (first === undefined || second === undefined) {
      return first?.item;
    }
    const unknown = shortest === Infinity ? SHORTEST_TIME : shortest;
    const firstWins = costOf(first, unknown) <= costOf(second, unknown);
    const [winner, loser] = firstWins ? [first, second] : [second, first];
    winner.losses = 0;
    loser.losses += 1;
    return winner.item;
  }

  /** @returns one of the eligible contenders but `other`, which together weigh `weights` */
  #draw(weights: number, other: Contender<Item> | undefined): Contender<Item> | undefined {
    let point = this.random.next() * weights;
    for (const contender of this.#contenders) {
      if (contender.isEligible && contender !== other) {
        point -= contender.item.weight;
        if (point < 0) {
          return contender;
        }
      }
    }
    return undefined;
  }
}

function costOf({ item, losses }: Contender<Routable>, unknown: number): number {
  const time = Math.max(item.timeToFirstToken ?? unknown, SHORTEST_TIME);
  return ((time * (item.running + 1)) / item.weight) * AGEING ** losses;
}
