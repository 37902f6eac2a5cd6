import type { Clock } from '../../src/clock/index.js';
import { Provider } from '../../src/providers/index.js';
import type { Random } from '../../src/random/index.js';
import { FakeClock } from './fake-clock.js';
import { newHealth } from './provider-health.js';
import { ScriptedUpstream, scriptedConfig } from './scripted-provider.js';
import { SeededRandom } from './seeded-random.js';

/** How fast a simulated provider is when all is well, and its share of the load. */
export interface SimulatedProviderOptions {
  readonly weight?: number;
  /** The mean time to its first token, ms. */
  readonly firstToken?: number;
}

/** How long an answer runs in all, in times to its first token. */
const LENGTH_OF_ANSWER = 4;

/** A provider that nobody calls: its answers only take time of the fake clock. */
export class SimulatedProvider extends Provider {
  /** By which factor it is slower now than when all is well. */
  slowdown = 1;
  /** How many requests it was ever given. */
  served = 0;
  readonly #firstToken: number;

  constructor(name: string, { weight = 1, firstToken = 500 }: SimulatedProviderOptions = {}) {
    super(scriptedConfig({ name, weight }), new ScriptedUpstream(), newHealth());
    this.#firstToken = firstToken;
  }

  serve(clock: Clock, random: Random): void {
    const wait = this.#firstToken * this.slowdown * (0.5 + random.next());
    this.served += 1;
    this.requestStarted();
    clock.setTimer(wait, () => {
      this.observeFirstToken(wait, clock.now());
    });
    clock.setTimer(LENGTH_OF_ANSWER * wait, () => {
      this.requestEnded();
    });
  }
}

/** What is simulated: any strategy over simulated providers. */
interface Strategy {
  pick(isEligible: (provider: SimulatedProvider) => boolean): SimulatedProvider | undefined;
}

/** Requests that arrive at random (as a Poisson process) and are served by who is picked. */
export class LoadSimulation {
  /** Providers that may be picked; all at first. */
  readonly eligible: Set<SimulatedProvider>;
  readonly #clock = new FakeClock();
  readonly #random: SeededRandom;
  readonly #rate: number;

  /** @param load.rate - requests a second */
  constructor(
    private readonly strategy: Strategy,
    private readonly providers: readonly SimulatedProvider[],
    { rate = 20, seed = 1 }: { readonly rate?: number; readonly seed?: number } = {},
  ) {
    this.eligible = new Set(providers);
    this.#random = new SeededRandom(seed);
    this.#rate = rate;
  }

  /**
   * Lets requests arrive for a time.
   *
   * @param duration - ms
   * @returns each provider's share of these requests, by its name
   */
  run(duration: number): Record<string, number> {
    const before = this.providers.map(({ served }) => served);
    const end = this.#clock.now() + duration;
    while (this.#clock.now() < end) {
      this.#clock.advance((-Math.log(1 - this.#random.next()) * 1000) / this.#rate);
      const picked = this.strategy.pick((provider) => this.eligible.has(provider));
      picked?.serve(this.#clock, this.#random);
    }
    const counts = this.providers.map(({ served }, index) => served - (before[index] ?? 0));
    const total = counts.reduce((sum, count) => sum + count, 0);
    return Object.fromEntries(
      this.providers.map(({ name }, index) => [name, (counts[index] ?? 0) / total]),
    );
  }
}
