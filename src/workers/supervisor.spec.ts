import { beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../test/support/fake-clock.js';
import { turns } from '../../test/support/waiting.js';
import type { FromWorker, ToWorker, WorkerConfig } from './messages.js';
import type { MetricSnapshots } from './metric-snapshot.js';
import { type LostWorker, type Outcome, Supervisor } from './supervisor.js';
import type { Ending, WorkerProcess } from './worker-process.js';

const FILES = { path: '/config.yaml', texts: new Map([['/config.yaml', 'one']]) };
const CONFIG: WorkerConfig = {
  files: FILES,
  kept: { host: '127.0.0.1', port: 0, workers: 2, format: 'json' },
};
const STOP_PATIENCE = 100_000;
const KILLED: Ending = { signal: 'SIGKILL' };

/** A worker that does what the test says. */
class FakeWorker implements WorkerProcess {
  readonly told: ToWorker[] = [];
  isKilled = false;
  say: (message: FromWorker) => void = () => undefined;
  end: (ending: Ending) => void = () => undefined;

  constructor(
    readonly number: number,
    readonly pid: number,
  ) {}

  send(message: ToWorker): void {
    this.told.push(message);
  }

  kill(): void {
    this.isKilled = true;
  }

  onMessage(listener: (message: FromWorker) => void): void {
    this.say = listener;
  }

  onEnd(listener: (ending: Ending) => void): void {
    this.end = listener;
  }

  serve(): void {
    this.say({ type: 'hello' });
    this.say({ type: 'serving', address: '127.0.0.1', port: 4000 });
  }

  /** Answers the last question for what it has counted. */
  answer(count: number): void {
    const question = this.told.findLast((message) => message.type === 'collect');
    this.say({ type: 'collected', scrape: question?.scrape ?? 0, metrics: counted(count) });
  }

  /** The sum that it was last told when it asked for what all have counted. */
  get sum(): number | undefined {
    const answer = this.told.findLast((message) => message.type === 'gathered');
    return answer?.all
      .flat()
      .filter(({ name }) => name === 'requests_total')
      .flatMap(({ values }) => values)
      .reduce((sum, { value }) => sum + value, 0);
  }
}

function counted(value: number): MetricSnapshots {
  const values = [{ labels: {}, value }];
  return [{ name: 'requests_total', help: '', type: 'counter', aggregator: 'sum', values }];
}

describe('Supervisor', () => {
  let clock: FakeClock;
  let workers: FakeWorker[];
  let supervisor: Supervisor;
  let seen: unknown[];
  let lost: LostWorker[];
  let outcome: Outcome | undefined;

  beforeEach(() => {
    clock = new FakeClock();
    workers = [];
    seen = [];
    lost = [];
    outcome = undefined;
    supervisor = new Supervisor({
      count: 2,
      config: CONFIG,
      startWorker: (number) => {
        const started = new FakeWorker(number, 100 + workers.length);
        workers.push(started);
        return started;
      },
      observer: {
        serving: (address) => seen.push(['serving', address.port]),
        workerLost: (one) => lost.push(one),
        workerReplaced: (number, pid) => seen.push(['replaced', number, pid]),
      },
      stopPatience: () => STOP_PATIENCE,
      clock,
    });
    void supervisor.ended.then((ended) => {
      outcome = ended;
    });
    supervisor.start();
  });

  function worker(index: number): FakeWorker {
    const found = workers[index];
    if (found === undefined) {
      throw new Error(`there is no worker ${index}`);
    }
    return found;
  }

  function serveAll(): void {
    worker(0).serve();
    worker(1).serve();
  }

  it('tells each worker what to run, and says once that all serve', () => {
    worker(0).serve();
    expect(seen).toStrictEqual([]);
    worker(1).serve();

    expect(seen).toStrictEqual([['serving', 4000]]);
    expect(worker(1).told).toStrictEqual([{ type: 'start', config: CONFIG }]);
  });

  it('ends with the reason of the first worker that cannot serve', async () => {
    worker(0).say({ type: 'failed', reason: 'the port is in use' });
    worker(1).say({ type: 'failed', reason: 'the port is in use, too' });
    worker(0).end({ code: 1 });
    worker(1).end({ code: 1 });
    await turns();

    expect(outcome).toStrictEqual({ code: 1, reason: 'the port is in use' });
    expect(workers).toHaveLength(2);
  });

  it('takes the others along when one ends before it served, and says how it ended', async () => {
    worker(0).end(KILLED);

    expect(worker(1).isKilled).toBe(true);
    worker(1).end(KILLED);
    await turns();
    expect(outcome).toStrictEqual({
      code: 1,
      reason: 'worker 1 was ended by SIGKILL before it served',
    });
  });

  it('replaces a worker that ends by itself, with the same number', () => {
    serveAll();
    worker(1).end(KILLED);
    clock.advance(0);
    worker(2).serve();

    expect(lost).toStrictEqual([
      { worker: 2, pid: 101, ending: KILLED, reason: undefined, replacedIn: 0 },
    ]);
    expect(worker(2).number).toBe(2);
    expect(seen.at(-1)).toStrictEqual(['replaced', 2, 102]);
  });

  it('waits longer for each that ends soon', () => {
    serveAll();
    worker(1).end(KILLED);
    clock.advance(0);
    worker(2).say({ type: 'failed', reason: 'broken' });
    worker(2).end({ code: 1 });

    clock.advance(999);
    expect(workers).toHaveLength(3);
    clock.advance(1);
    expect(workers).toHaveLength(4);
    expect(lost.at(-1)).toMatchObject({ reason: 'broken', replacedIn: 1000 });
  });

  it('has a replacement run what the others run by now', () => {
    serveAll();
    const files = { path: '/config.yaml', texts: new Map([['/config.yaml', 'two']]) };
    supervisor.reload(files);
    supervisor.reloadRefused();
    worker(0).end(KILLED);
    clock.advance(0);
    worker(2).serve();

    expect(worker(1).told.slice(1)).toStrictEqual([
      { type: 'reload', files },
      { type: 'reload-refused' },
    ]);
    expect(worker(2).told).toStrictEqual([{ type: 'start', config: { ...CONFIG, files } }]);
  });

  it('keeps the port that the system chose when all have ended at once', () => {
    serveAll();
    worker(0).end(KILLED);
    worker(1).end(KILLED);
    clock.advance(0);
    worker(2).serve();
    worker(3).serve();

    const port = 4000;
    const started = { type: 'start', config: { ...CONFIG, kept: { ...CONFIG.kept, port } } };
    expect([worker(2).told, worker(3).told]).toStrictEqual([[started], [started]]);
  });

  it('has all drain once, replaces none of them, and ends when the last has', async () => {
    serveAll();
    supervisor.stop();
    supervisor.stop();
    worker(0).end({ code: 0 });
    clock.advance(60_000);
    await turns();
    expect(outcome).toBeUndefined();

    worker(1).end({ code: 0 });
    await turns();
    expect(outcome).toStrictEqual({ code: 0 });
    expect(worker(1).told.filter(({ type }) => type === 'stop')).toHaveLength(1);
    expect(workers).toHaveLength(2);
  });

  it('says that it did not end well when a worker broke while it drained', async () => {
    serveAll();
    supervisor.stop();
    worker(0).end(KILLED);
    worker(1).end({ code: 0 });
    await turns();

    expect(outcome).toStrictEqual({ code: 1 });
  });

  it('stops a worker that is only just starting, and none that waits to be replaced', async () => {
    serveAll();
    worker(0).end(KILLED);
    clock.advance(0);
    worker(2).end(KILLED);
    supervisor.stop();
    worker(1).end({ code: 0 });
    clock.advance(60_000);
    await turns();

    expect(workers).toHaveLength(3);
    expect(outcome).toStrictEqual({ code: 0 });
  });

  it('kills a worker that does not stop in time, and says which', async () => {
    serveAll();
    supervisor.stop();
    worker(0).end({ code: 0 });

    clock.advance(STOP_PATIENCE - 1);
    expect(worker(1).isKilled).toBe(false);
    clock.advance(1);
    expect([worker(0).isKilled, worker(1).isKilled]).toStrictEqual([false, true]);
    worker(1).end(KILLED);
    await turns();
    expect(outcome).toStrictEqual({
      code: 1,
      reason: 'worker 2 did not end within 100 s of the stop, and had to be killed',
    });
  });

  it('gives up at the start when a worker hangs before it serves', async () => {
    worker(0).serve();
    clock.advance(59_999);
    expect(worker(1).isKilled).toBe(false);
    clock.advance(1);
    expect(worker(1).isKilled).toBe(true);
    worker(1).end(KILLED);
    worker(0).end(KILLED);
    await turns();

    expect(outcome).toStrictEqual({ code: 1, reason: 'worker 2 did not serve within 60 s' });
  });

  it('replaces a replacement that hangs before it serves, and counts it as ended', () => {
    serveAll();
    worker(1).end(KILLED);
    clock.advance(0);
    clock.advance(60_000);
    expect(worker(2).isKilled).toBe(true);
    worker(2).end(KILLED);
    clock.advance(1000);

    expect(worker(3).number).toBe(2);
    expect(lost.at(-1)).toMatchObject({
      reason: 'worker 2 did not serve within 60 s',
      replacedIn: 1000,
    });
  });

  it('lets a worker live that has served in time', () => {
    serveAll();
    clock.advance(600_000);

    expect(workers.map(({ isKilled }) => isKilled)).toStrictEqual([false, false]);
  });

  it('tells one to stop that is ready only afterwards', () => {
    supervisor.stop();
    worker(0).say({ type: 'hello' });

    expect(worker(0).told.at(-1)).toStrictEqual({ type: 'stop' });
  });

  describe('asked for what all have counted', () => {
    beforeEach(() => {
      serveAll();
      worker(0).say({ type: 'gather', scrape: 7 });
    });

    it('answers who asked when all have told', () => {
      worker(0).answer(2);
      expect(worker(0).sum).toBeUndefined();
      worker(1).answer(3);

      expect(worker(0).sum).toBe(5);
      expect(worker(0).told.at(-1)).toMatchObject({ type: 'gathered', scrape: 7 });
      expect(worker(1).sum).toBeUndefined();
    });

    it('takes the last word of one that does not answer', () => {
      worker(0).answer(2);
      worker(1).answer(3);
      worker(0).say({ type: 'gather', scrape: 8 });
      worker(0).answer(4);
      clock.advance(2000);

      expect(worker(0).sum).toBe(7);
    });

    it('never counts backwards when a worker ends', () => {
      worker(0).answer(2);
      worker(1).answer(3);
      worker(1).end(KILLED);
      clock.advance(0);
      worker(2).serve();
      worker(0).say({ type: 'gather', scrape: 8 });
      worker(0).answer(2);
      worker(2).answer(1);

      expect(worker(0).sum).toBe(6);
    });

    it('does not wait for one that ends meanwhile', () => {
      worker(0).answer(2);
      worker(1).end(KILLED);

      expect(worker(0).sum).toBe(2);
    });

    it('says how many serve and how many were replaced', () => {
      worker(1).end(KILLED);
      worker(0).answer(0);
      worker(0).say({ type: 'gather', scrape: 8 });
      worker(0).answer(0);

      const answer = worker(0).told.at(-1);
      const all = answer?.type === 'gathered' ? answer.all.flat() : [];
      const valueOf = (name: string): unknown =>
        all.find((metric) => metric.name === name)?.values[0]?.value;
      expect(valueOf('llm_proxy_workers')).toBe(1);
      expect(valueOf('llm_proxy_worker_restarts_total')).toBe(1);
      expect(valueOf('process_resident_memory_bytes')).toBeGreaterThan(1e6);
      expect(valueOf('process_open_fds')).toBeGreaterThan(2);
    });
  });
});
