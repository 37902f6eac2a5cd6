import { type Dispatcher, Pool } from 'undici';
import { requestBody } from '../../traffic/request-body.ts';
import type { Job, Outcome, Traffic } from '../../traffic/traffic.ts';
import { Exchange, type Question } from './exchange.ts';
import { type Ask, closedLoop, openLoop } from './loops.ts';
import { Tally } from './tally.ts';

/** Longer than any answer of the fake upstream keeps silent, ms. */
const SILENCE_LIMIT = 20_000;

/** Drives a job's traffic and reports what came of it. */
export async function runJob(job: Job): Promise<Outcome> {
  const [main, ...others] = await Promise.all([
    drive(job, job.traffic),
    ...job.besides.map((traffic) => drive(job, traffic)),
  ]);
  return others.reduce(together, main);
}

async function drive({ url, headers }: Job, traffic: Traffic): Promise<Outcome> {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, {
    connections: traffic.connections,
    pipelining: 1,
    headersTimeout: SILENCE_LIMIT,
    bodyTimeout: SILENCE_LIMIT,
  });
  const question: Question = {
    path: `${pathname === '/' ? '' : pathname}/v1/chat/completions`,
    headers: { ...headers, 'content-type': 'application/json' },
    body: requestBody(traffic.answer, traffic.size),
    streamed: traffic.answer.events > 0,
    leaveAfter: traffic.leaveAfter,
  };
  const tally = new Tally();
  const startedAt = performance.now();
  await loop(pool, question, traffic, tally);
  const elapsed = performance.now() - startedAt;
  await pool.destroy();
  return tally.toOutcome(elapsed);
}

async function loop(
  pool: Dispatcher,
  question: Question,
  traffic: Traffic,
  tally: Tally,
): Promise<void> {
  const ask: Ask = (dueAt) => new Exchange(pool, question, tally, dueAt).run();
  if (traffic.rate === 0) {
    await closedLoop(ask, traffic);
  } else {
    await openLoop(ask, traffic, (time) => {
      tally.late(time);
    });
  }
}

/** What is counted is added up; times are those of the first. */
function together(main: Outcome, other: Outcome): Outcome {
  return {
    ...main,
    elapsed: Math.max(main.elapsed, other.elapsed),
    requests: main.requests + other.requests,
    complete: main.complete + other.complete,
    complaints: [...new Set([...main.complaints, ...other.complaints])],
    events: main.events + other.events,
  };
}
