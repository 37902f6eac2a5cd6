import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readBaseline, readReport, writeBaseline, writeReport } from './stored.ts';

describe('what a run leaves behind', () => {
  let file: string;
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'bench-stored-'));
    file = join(directory, 'one.json');
  });

  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it('is read as ratios to the bare pass-through, round by round', () => {
    writeReport(file, 'a machine', {
      'json-32': {
        'pass-through': [{ cpuPerRequest: 200 }, { cpuPerRequest: 100 }],
        'llm-proxy': [{ cpuPerRequest: 400 }, { cpuPerRequest: 150 }],
      },
    });

    const { ratios, origin } = readReport(file);

    expect(ratios).toStrictEqual({ 'json-32/cpuPerRequest': [2, 1.5] });
    expect(origin).toContain('a machine');
  });

  it('has what added latency is added to taken off before the ratio', () => {
    writeReport(file, 'a machine', {
      'json-1': {
        direct: [{ latencyMedian: 1 }],
        'pass-through': [{ latencyMedian: 1.5 }],
        'llm-proxy': [{ latencyMedian: 2.5 }],
      },
    });

    expect(readReport(file).ratios).toStrictEqual({ 'json-1/latencyMedian': [3] });
  });

  it('is read as ratios of two workers to one where workers were measured', () => {
    writeReport(file, 'a machine', {
      workers: {
        'one worker': [{ cpuPerRequest: 500 }],
        'two workers': [{ cpuPerRequest: 550 }],
      },
    });

    expect(readReport(file).ratios).toStrictEqual({ 'workers/cpuPerRequest': [1.1] });
  });

  it('has no ratio where noise leaves nothing of the base', () => {
    writeReport(file, 'a machine', {
      'json-1': {
        direct: [{ latencyMedian: 2 }],
        'pass-through': [{ latencyMedian: 1.5 }],
        'llm-proxy': [{ latencyMedian: 2.5 }],
      },
    });

    expect(readReport(file).ratios).toStrictEqual({});
  });

  it('is, as a baseline, ratios and nothing else', () => {
    writeBaseline(file, 'a machine', { 'json-32/cpuPerRequest': [1.23456] });

    expect(readBaseline(file).ratios).toStrictEqual({ 'json-32/cpuPerRequest': [1.235] });
  });

  it('has each row of a baseline on a line of its own, so that its changes can be read', () => {
    writeBaseline(file, 'a machine', { 'json-1/latencyMedian': [1, 2.5, 3] });

    expect(readFileSync(file, 'utf8')).toContain('    "json-1/latencyMedian": [1, 2.5, 3]\n');
  });

  it.each(['', '{}', '[1]'])('is not %j', (text) => {
    writeFileSync(file, text);

    expect(() => readReport(file)).toThrow('holds no figures of this benchmark');
    expect(() => readBaseline(file)).toThrow('holds no figures of this benchmark');
    expect(readFileSync(file, 'utf8')).toBe(text);
  });
});
