import type { Contender, ContenderName } from './contenders/contender.ts';
import type { RunningServer } from './contenders/server.ts';
import { residentMemory } from './machine/process-figures.ts';
import { type Bench, measureHold, measureStart, measureTraffic } from './scenarios/measure.ts';
import { Results } from './scenarios/results.ts';
import type { Sample } from './scenarios/sample.ts';
import type { Scenario } from './scenarios/scenario.ts';

/** How long a contender is driven before anything is measured, ms. */
const WARM_UP = 1200;

/** Runs scenarios in interleaved rounds, so that what disturbs the machine disturbs all alike. */
export class BenchmarkRun {
  readonly results = new Results();
  readonly #bench: Bench;
  readonly #contenders: readonly Contender[];
  readonly #scenarios: readonly Scenario[];
  readonly #say: (text: string) => void;
  readonly #running = new Map<ContenderName, RunningServer>();

  /** @param say - told what is going on, for whoever waits */
  constructor(
    bench: Bench,
    contenders: readonly Contender[],
    chosen: readonly Scenario[],
    say: (text: string) => void,
  ) {
    this.#bench = bench;
    this.#contenders = contenders;
    this.#scenarios = chosen;
    this.#say = say;
  }

  async run(): Promise<Results> {
    for (const contender of this.#contenders) {
      this.#running.set(contender.name, await contender.start());
    }
    await this.#warmUp();
    const rounds = Math.max(...this.#scenarios.map((scenario) => scenario.rounds));
    for (let round = 0; round < rounds; round += 1) {
      for (const scenario of this.#scenarios.filter((one) => round < one.rounds)) {
        this.#say(`round ${round + 1} of ${rounds}: ${scenario.title}`);
        await this.#measureAll(scenario, round);
      }
    }
    await this.#finish();
    return this.results;
  }

  async #warmUp(): Promise<void> {
    for (const scenario of this.#scenarios.filter(({ kind }) => kind === 'traffic')) {
      this.#say(`warming up: ${scenario.title}`);
      // What stands behind a proxy is warmed up with it.
      for (const { name } of this.#contendersOf(scenario).filter((one) => one.name !== 'direct')) {
        const traffic = { ...scenario.traffic, duration: WARM_UP };
        await measureTraffic(this.#bench, this.#serverOf(name), traffic);
      }
    }
  }

  /** Every other round goes the other way round: who comes first has no advantage from it. */
  async #measureAll(scenario: Scenario, round: number): Promise<void> {
    const contenders = this.#contendersOf(scenario);
    for (const contender of round % 2 === 0 ? contenders : contenders.toReversed()) {
      const sample = await this.#measure(scenario, contender);
      this.results.add(scenario.name, contender.name, sample);
    }
  }

  #measure({ kind, traffic }: Scenario, contender: Contender): Promise<Sample> {
    switch (kind) {
      case 'traffic':
        return measureTraffic(this.#bench, this.#serverOf(contender.name), traffic);
      case 'start':
        return measureStart(contender);
      case 'hold':
        return measureHold(this.#bench, contender, traffic);
    }
  }

  async #finish(): Promise<void> {
    for (const [name, { child }] of this.#running) {
      this.results.add('end', name, { memoryLoaded: residentMemory(child.pid) });
      await child.stop();
    }
  }

  #contendersOf(scenario: Scenario): readonly Contender[] {
    return this.#contenders.filter(({ name }) => scenario.contenders.includes(name));
  }

  #serverOf(name: ContenderName): RunningServer {
    const server = this.#running.get(name);
    if (server === undefined) {
      throw new Error(`${name} was not started`);
    }
    return server;
  }
}
