import type { Socket } from 'node:net';
import { type AnswerPlan, findPlan } from '../../traffic/answer-plan.ts';
import { type CannedAnswers, cannedAnswers } from './canned-answers.ts';
import { RequestReader } from './request-reader.ts';

const NO_PLAN = 'HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n';
const NO_LENGTH = 'HTTP/1.1 411 Length Required\r\nconnection: close\r\ncontent-length: 0\r\n\r\n';
const ASKS_USAGE = '"include_usage":true';

const answersByModel = new Map<string, CannedAnswers>();

/** One connection to the fake provider: answers each request as its model's name says. */
export class UpstreamConnection {
  readonly #socket: Socket;
  readonly #requests = new RequestReader();

  constructor(socket: Socket) {
    this.#socket = socket;
    // A proxy that goes away, mid-stream even, is nothing to complain about.
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      this.#read(chunk);
    });
  }

  #read(chunk: Buffer): void {
    try {
      const request = this.#requests.push(chunk);
      if (request !== undefined) {
        this.#answer(request);
      }
    } catch {
      this.#socket.end(NO_LENGTH);
    }
  }

  #answer(request: string): void {
    const found = findPlan(request);
    if (found === undefined) {
      this.#socket.write(NO_PLAN);
      return;
    }
    const answers = answersFor(found.model);
    if (found.plan.events === 0) {
      this.#socket.write(answers.whole);
    } else {
      this.#stream(found.plan, answers, request.includes(ASKS_USAGE));
    }
  }

  #stream({ events, interval }: AnswerPlan, answers: CannedAnswers, asksUsage: boolean): void {
    const socket = this.#socket;
    let left = events;
    const schedule = (): void => {
      if (interval > 0) {
        setTimeout(next, interval);
      } else if (socket.writableNeedDrain) {
        socket.once('drain', next);
      } else {
        setImmediate(next);
      }
    };
    const next = (): void => {
      if (socket.destroyed) {
        return;
      }
      left -= 1;
      if (left < 0) {
        socket.write(asksUsage ? answers.endingWithUsage : answers.ending);
        return;
      }
      socket.write(answers.event);
      schedule();
    };
    socket.write(answers.opening);
    schedule();
  }
}

function answersFor(model: string): CannedAnswers {
  let answers = answersByModel.get(model);
  if (answers === undefined) {
    answers = cannedAnswers(model);
    answersByModel.set(model, answers);
  }
  return answers;
}
