import { describe, expect, it } from '@jest/globals';
import { QUICK, scenarios } from '../scenarios/catalogue.ts';
import type { Measurements } from '../scenarios/results.ts';
import { busyTable, figuresTable, workersTable } from './table.ts';

const CHOSEN = scenarios(QUICK);
const CONTENDERS = ['direct', 'pass-through', 'llm-proxy'];

const OF_PROXIES: Measurements = {
  'json-32': {
    'pass-through': [{ cpuPerRequest: 200, loadBusy: 50 }],
    'llm-proxy': [{ cpuPerRequest: 500, loadBusy: 30 }],
  },
};
const OF_WORKERS: Measurements = {
  workers: {
    'one worker': [
      { cpuPerRequest: 500, loadBusy: 30 },
      { cpuPerRequest: 400, loadBusy: 30 },
    ],
    'two workers': [
      { cpuPerRequest: 550, loadBusy: 40 },
      { cpuPerRequest: 420, loadBusy: 40 },
    ],
  },
};
const ALL: Measurements = { ...OF_PROXIES, ...OF_WORKERS };

/** The cells of a table's lines, heads and rule left out. */
function cellsOf(table: string): readonly (readonly string[])[] {
  return table
    .trimEnd()
    .split('\n')
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

describe('the table of proxies', () => {
  it('has ratios to the bare pass-through, and nothing of workers', () => {
    expect(cellsOf(figuresTable(ALL, CHOSEN, CONTENDERS))).toStrictEqual([
      ['JSON, 32 connections', 'CPU per request, µs', '', '200', '500', '2.50', '≤ 1.8 × ✗'],
    ]);
  });

  it('is not there where only workers were measured', () => {
    expect(figuresTable(OF_WORKERS, CHOSEN, CONTENDERS)).toBe('');
  });
});

describe('the table of workers', () => {
  it('has ratios of two to one, round by round', () => {
    expect(cellsOf(workersTable(ALL, CHOSEN))).toStrictEqual([
      [
        'JSON, 32 connections, two workers against one',
        'CPU per request, µs',
        '450 (400–500)',
        '485 (420–550)',
        '1.08 (1.05–1.10)',
        '≤ 1.1 × ✓',
      ],
    ]);
  });

  it('is not there where no workers were measured', () => {
    expect(workersTable(OF_PROXIES, CHOSEN)).toBe('');
  });
});

describe('the table of who was busy', () => {
  it('has of each scenario those that took part in it', () => {
    const through = cellsOf(busyTable(ALL, CHOSEN, CONTENDERS)).map((cells) => cells[1]);

    expect(through).toStrictEqual(['pass-through', 'llm-proxy', 'one worker', 'two workers']);
  });
});
