import { cpus } from 'node:os';
import type { CorePlan } from '../machine/cores.ts';

/** @returns one line on what the figures were measured with */
export function machineLine(plan: CorePlan): string {
  const [first] = cpus();
  const pinning =
    plan.proxy === undefined
      ? 'not pinned'
      : `proxies on core ${plan.proxy}, load on ${plan.load ?? ''}, upstream on ${plan.upstream ?? ''}`;
  return [
    first?.model ?? 'unknown processor',
    `${cpus().length} cores (${pinning})`,
    `Node ${process.version}`,
    `${process.platform} ${process.arch}`,
  ].join(' · ');
}
