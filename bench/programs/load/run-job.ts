import { setTimeout as wait } from 'node:timers/promises';
import { Pool } from 'undici';
import { requestBody } from '../../traffic/request-body.ts';
import type { Job, Outcome, Traffic } from '../../traffic/traffic.ts';
import { Exchange, type Question } from './exchange.ts';
import { Tally } from './tally.ts';

/** Longer than any answer of the fake upstream keeps silent, ms. */
const SILENCE_LIMIT = 20_000;

/** Asks once and waits for the end of the answer. */
type Ask = () => Promise<void>;

/** Drives a job's traffic and reports what came of it. */
export async function runJob({ origin, key, traffic }: Job): Promise<Outcome> {
  const pool = new Pool(origin, {
    connections: traffic.connections,
    pipelining: 1,
    headersTimeout: SILENCE_LIMIT,
    bodyTimeout: SILENCE_LIMIT,
  });
  const question: Question = {
    path: '/v1/chat/completions',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: requestBody(traffic.answer, traffic.size),
    streamed: traffic.answer.events > 0,
  };
  const tally = new Tally();
  const ask: Ask = () => new Exchange(pool, question, tally).run();
  const startedAt = performance.now();
  await (traffic.rate > 0 ? openLoop(ask, traffic) : closedLoop(ask, traffic));
  const elapsed = performance.now() - startedAt;
  await pool.destroy();
  return tally.toOutcome(elapsed);
}

/** Every connection asks again as soon as it was answered. */
async function closedLoop(ask: Ask, traffic: Traffic): Promise<void> {
  const { connections, rampUp, duration } = traffic;
  const startedAt = performance.now();
  const connection = async (index: number): Promise<void> => {
    await wait((rampUp * index) / connections);
    do {
      await ask();
    } while (performance.now() - startedAt < duration);
  };
  await Promise.all(Array.from({ length: connections }, (_, index) => connection(index)));
}

/**
 * Requests begin at a fixed rate, whether or not the ones before were answered; one that finds no
 * free connection waits for it, and that counts as latency. The generator's own lateness, up to a
 * tick of its timers, does not.
 */
async function openLoop(ask: Ask, { rate, duration }: Traffic): Promise<void> {
  const startedAt = performance.now();
  const answers: Promise<void>[] = [];
  while (answers.length < (rate * duration) / 1000) {
    const due = ((performance.now() - startedAt) * rate) / 1000;
    while (answers.length < due) {
      answers.push(ask());
    }
    await wait(1);
  }
  await Promise.all(answers);
}
