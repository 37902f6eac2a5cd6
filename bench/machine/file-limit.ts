import { readFileSync } from 'node:fs';

/**
 * @returns how many files and sockets each process of the benchmark may have open. Node raises
 * its own limit as far as it may when it starts, and its children inherit that.
 */
export function openFileLimit(): number {
  const limits = readFileSync('/proc/self/limits', 'utf8');
  const [, soft = ''] = /^Max open files\s+(\S+)/m.exec(limits) ?? [];
  return soft === 'unlimited' ? Infinity : Number(soft);
}
