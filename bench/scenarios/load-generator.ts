import { CLIENT_KEY } from '../contenders/server.ts';
import { Child } from '../machine/child.ts';
import { type Outcome, type Traffic, outcomeSchema } from '../traffic/traffic.ts';

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

  /** Drives traffic at `origin` until it is over. */
  async run(origin: string, traffic: Traffic): Promise<Outcome> {
    return outcomeSchema.parse(await this.child.ask({ origin, key: CLIENT_KEY, traffic }));
  }
}
