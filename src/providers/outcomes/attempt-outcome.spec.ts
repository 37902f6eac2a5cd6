import { describe, expect, it } from '@jest/globals';
import { type AttemptOutcome, OUTCOMES, type OutcomeTraits } from './attempt-outcome.js';

type Row = [AttemptOutcome, OutcomeTraits['health'], OutcomeTraits['remedy']];

const ROWS: readonly Row[] = [
  ['success', 'good', 'none'],
  ['rate_limited', 'unknown', 'wait'],
  ['broken', 'bad', 'back_off'],
  ['timeout', 'bad', 'elsewhere'],
  ['credentials_refused', 'bad', 'elsewhere'],
  ['forbidden', 'bad', 'elsewhere'],
  ['context_exceeded', 'unknown', 'larger_model'],
  ['content_refused', 'unknown', 'none'],
  ['rejected', 'unknown', 'none'],
  ['client_closed', 'unknown', 'none'],
  ['shutdown', 'unknown', 'none'],
  ['interrupted', 'bad', 'none'],
  ['superseded', 'unknown', 'none'],
];

describe('OUTCOMES', () => {
  it.each(ROWS)('%s is %s for the health, and the remedy is %s', (outcome, health, remedy) => {
    expect(OUTCOMES[outcome]).toStrictEqual({ health, remedy });
  });

  it('are all listed here', () => {
    expect(Object.keys(OUTCOMES)).toStrictEqual(ROWS.map(([outcome]) => outcome));
  });
});
