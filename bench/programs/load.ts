/** The load generator, as a process: takes one job after the other from its parent. */
import { type Outcome, jobSchema } from '../traffic/traffic.ts';
import { endWithParent } from './end-with-parent.ts';
import { runJob } from './load/run-job.ts';

endWithParent();
process.on('message', (message) => {
  void runJob(jobSchema.parse(message)).then((outcome: Outcome) => process.send?.(outcome));
});
