import { type Contender, DIRECT, type RunningServer } from './contenders/contender.ts';
import { residentMemory } from './machine/process-figures.ts';
import { type Bench, drive } from './scenarios/drive.ts';
import { measure } from './scenarios/measure.ts';
import type { Results } from './scenarios/results.ts';
import type { Sample } from './scenarios/sample.ts';
import type { Scenario } from './scenarios/scenario.ts';

/** How long a contender is driven in each scenario before anything is measured, ms. */
const WARM_UP = 3000;
/** What is measured on processes that run through all rounds. */
const WARM: ReadonlySet<Scenario['kind']> = new Set(['traffic', 'workers'] as const);

/** Runs scenarios in interleaved rounds, so that what disturbs the machine disturbs all alike. */
export class BenchmarkRun {
  readonly #bench: Bench;
  readonly #contenders: readonly Contender[];
  readonly #scenarios: readonly Scenario[];
  readonly #running = new Map<string, RunningServer>();

  constructor(bench: Bench, contenders: readonly Contender[], chosen: readonly Scenario[]) {
    this.#bench = bench;
    this.#contenders = contenders;
    this.#scenarios = chosen;
  }

  /**
   * Starts nobody where there is nothing to measure.
   * @param results - get a sample of each contender for each round of each scenario
   */
  async run(results: Results): Promise<void> {
    if (this.#scenarios.length === 0) {
      return;
    }
    for (const contender of this.#contenders) {
      this.#running.set(contender.name, await contender.start({ observed: true }));
    }
    await this.#warmUp();
    const rounds = Math.max(...this.#scenarios.map((scenario) => scenario.rounds));
    for (let round = 0; round < rounds; round += 1) {
      for (const scenario of this.#scenarios.filter((one) => round < one.rounds)) {
        this.#bench.say(`round ${round + 1} of ${rounds}: ${scenario.title}`);
        await this.#measureAll(scenario, round, results);
      }
    }
    await this.#finish(results);
  }

  async #warmUp(): Promise<void> {
    for (const scenario of this.#scenarios.filter(({ kind }) => WARM.has(kind))) {
      this.#bench.say(`warming up: ${scenario.title}`);
      const { besides } = scenario;
      // What stands behind a proxy is warmed up with it.
      for (const contender of this.#contendersOf(scenario).filter(({ name }) => name !== DIRECT)) {
        const duration = WARM_UP * (contender.warmUps ?? 1);
        const traffic = { ...scenario.traffic, duration };
        await this.#tolerantly(contender, () =>
          drive(this.#bench, this.#serverOf(contender), { traffic, besides }),
        );
      }
    }
  }

  /** Every other round goes the other way round: who comes first has no advantage from it. */
  async #measureAll(scenario: Scenario, round: number, results: Results): Promise<void> {
    const contenders = this.#contendersOf(scenario);
    for (const contender of round % 2 === 0 ? contenders : contenders.toReversed()) {
      const sample = await this.#tolerantly(contender, () =>
        measure(this.#bench, scenario, contender, this.#serverOf(contender)),
      );
      results.add(scenario.name, contender.name, sample);
    }
  }

  /** @returns nothing of a gateway that cannot do what was asked; of all others that is an error */
  async #tolerantly(contender: Contender, work: () => Promise<Sample>): Promise<Sample> {
    try {
      return await work();
    } catch (error) {
      if (contender.startedHere) {
        throw error;
      }
      this.#bench.say(error instanceof Error ? error.message : String(error));
      return {};
    }
  }

  async #finish(results: Results): Promise<void> {
    for (const contender of this.#contenders) {
      const { pid, stop } = this.#serverOf(contender);
      const sample = await this.#tolerantly(contender, () =>
        Promise.resolve(pid === undefined ? {} : { memoryLoaded: residentMemory(pid) }),
      );
      results.add('end', contender.name, sample);
      await stop();
    }
  }

  #contendersOf({ kind, withDirect }: Scenario): readonly Contender[] {
    return this.#contenders.filter(
      ({ name, startedHere }) =>
        (name !== DIRECT || withDirect) && (startedHere || kind !== 'start'),
    );
  }

  #serverOf({ name }: Contender): RunningServer {
    const server = this.#running.get(name);
    if (server === undefined) {
      throw new Error(`${name} was not started`);
    }
    return server;
  }
}
