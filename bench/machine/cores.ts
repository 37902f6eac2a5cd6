import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Which core each kind of process is bound to; undefined: any. */
export interface CorePlan {
  readonly proxy: number | undefined;
  readonly load: number | undefined;
  readonly upstream: number | undefined;
}

/** @returns a core for the proxies alone where there are two, one for each kind where there are three */
export function planCores(): CorePlan {
  const cores = allowedCores();
  const [proxy, load, upstream = load] = cores;
  if (cores.length < 2 || spawnSync('taskset', ['--version']).error !== undefined) {
    return { proxy: undefined, load: undefined, upstream: undefined };
  }
  return { proxy, load, upstream };
}

/** The cores this process may use, from a list such as `0-3,8`. */
function allowedCores(): number[] {
  const status = readFileSync('/proc/self/status', 'utf8');
  const [, list = ''] = /^Cpus_allowed_list:\s*(\S+)/m.exec(status) ?? [];
  return list.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}
