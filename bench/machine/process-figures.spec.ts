import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { cpuTime, peakMemory, residentMemory } from './process-figures.ts';

/** A cluster whose worker takes CPU time and memory that its first process does not, and says when. */
const PROGRAM = `
  const cluster = require('node:cluster');
  if (cluster.isPrimary) {
    cluster.fork().on('message', (pid) => process.send(pid));
  } else {
    globalThis.kept = Buffer.alloc(30 * 1024 * 1024, 1);
    while (process.cpuUsage().user < 300_000);
    process.send(process.pid);
  }
`;

describe('the figures of a cluster', () => {
  let directory: string;
  let cluster: ChildProcess;
  let worker: number;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'process-figures-'));
    const file = join(directory, 'cluster.cjs');
    writeFileSync(file, PROGRAM);
    cluster = fork(file, { execArgv: [] });
    [worker] = z.tuple([z.number()]).parse((await once(cluster, 'message')).slice(0, 1));
  });

  afterAll(async () => {
    const exit = once(cluster, 'exit');
    cluster.kill('SIGKILL');
    await exit;
    rmSync(directory, { recursive: true });
  });

  it.each([
    ['CPU time', (pid: number) => cpuTime(pid).used],
    ['resident memory', residentMemory],
    ['peak memory', peakMemory],
  ])('have the %s of its workers in them', (_what, figureOf) => {
    const ofWorker = figureOf(worker);

    expect(figureOf(cluster.pid ?? 0)).toBeGreaterThan(ofWorker);
  });
});
