import { z } from 'zod';

/** What V8 writes with `--cpu-prof` (Chrome DevTools Protocol, type Profiler.Profile). */
export const cpuProfileSchema = z.object({
  nodes: z.array(
    z.object({
      id: z.int(),
      callFrame: z.object({ functionName: z.string(), url: z.string(), lineNumber: z.int() }),
      children: z.array(z.int()).optional(),
    }),
  ),
  /** The node that was found running, for each look. */
  samples: z.array(z.int()),
  /** The time since the look before, for each look, µs. */
  timeDeltas: z.array(z.number()),
});

export type CpuProfile = z.infer<typeof cpuProfileSchema>;
export type CallFrame = CpuProfile['nodes'][number]['callFrame'];

/** Time that one place in the code had the processor by itself, µs. */
export interface Share {
  readonly frame: CallFrame;
  /** Who called it, innermost first. */
  readonly callers: readonly CallFrame[];
  readonly time: number;
}

/**
 * @param from - how much of the beginning is left out, µs
 * @returns where the time went, without what was spent waiting
 */
export function sharesOf({ nodes, samples, timeDeltas }: CpuProfile, from: number): Share[] {
  const times = new Map<number, number>();
  let clock = 0;
  samples.forEach((id, index) => {
    const delta = timeDeltas[index] ?? 0;
    clock += delta;
    if (clock >= from) {
      times.set(id, (times.get(id) ?? 0) + delta);
    }
  });
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((c) => [c, id])));
  return [...times].flatMap(([id, time]) => {
    const frame = frames.get(id);
    return frame === undefined || frame.functionName === '(idle)'
      ? []
      : [{ frame, callers: callersOf(id, parents, frames), time }];
  });
}

function callersOf(
  id: number,
  parents: ReadonlyMap<number, number>,
  frames: ReadonlyMap<number, CallFrame>,
): CallFrame[] {
  const callers: CallFrame[] = [];
  for (let at = parents.get(id); at !== undefined; at = parents.get(at)) {
    const frame = frames.get(at);
    if (frame !== undefined) {
      callers.push(frame);
    }
  }
  return callers;
}
