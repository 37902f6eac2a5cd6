import type { RunningServer } from '../contenders/contender.ts';
import { Child } from '../machine/child.ts';
import { type Job, type Outcome, outcomeSchema } from '../traffic/traffic.ts';

/** The load generator's process. */
export class LoadGenerator {
  readonly child: Child;

  constructor(core: number | undefined) {
    this.child = new Child({
      name: 'the load generator',
      args: [new URL('../programs/load.ts', import.meta.url).pathname],
      core,
      answers: true,
    });
  }

  /** Drives traffic at a server until it is over. */
  async run({ url, headers }: RunningServer, traffic: Drive): Promise<Outcome> {
    return outcomeSchema.parse(await this.child.ask({ url, headers, ...traffic }));
  }
}

/** The traffic of a job. */
export type Drive = Pick<Job, 'traffic' | 'besides'>;
