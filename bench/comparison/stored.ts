import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import type { Measurements } from '../scenarios/results.ts';
import { sampleSchema } from '../scenarios/sample.ts';
import { type Ratios, ratiosByRow } from './ratios.ts';

/** Digits of a ratio in a file: more are noise. */
const DIGITS = 3;

const reportSchema = z.object({
  machine: z.string(),
  date: z.string(),
  measurements: z.record(z.string(), z.record(z.string(), z.array(sampleSchema))),
});

const baselineSchema = z.strictObject({
  machine: z.string(),
  date: z.string(),
  ratios: z.record(z.string(), z.array(z.number())),
});

/** Ratios of another run, and where they come from. */
export interface Earlier {
  /** What it ran on, and when. */
  readonly origin: string;
  readonly ratios: Ratios;
}

/** Writes all figures of a run. */
export function writeReport(file: string, machine: string, measurements: Measurements): void {
  const report = { machine, date: new Date().toISOString(), measurements };
  writeFileSync(file, `${JSON.stringify(report, undefined, 2)}\n`);
}

/**
 * Reads what {@link writeReport} has written.
 * @throws RangeError when it did not
 */
export function readReport(file: string): Earlier {
  const { machine, date, measurements } = parse(file, reportSchema);
  return { origin: `${date}, ${machine}`, ratios: ratiosByRow(measurements) };
}

/** Writes ratios alone: no absolute time means anything on another day or another machine. */
export function writeBaseline(file: string, machine: string, ratios: Ratios): void {
  const rounded = Object.entries(ratios).map(
    ([row, values]) => [row, values.map((value) => Number(value.toFixed(DIGITS)))] as const,
  );
  const baseline = { machine, date: new Date().toISOString(), ratios: Object.fromEntries(rounded) };
  writeFileSync(file, withRowsOnLines(`${JSON.stringify(baseline, undefined, 2)}\n`));
}

/**
 * Reads what {@link writeBaseline} has written.
 * @throws RangeError when it did not
 */
export function readBaseline(file: string): Earlier {
  const { machine, date, ratios } = parse(file, baselineSchema);
  return { origin: `${date}, ${machine}`, ratios };
}

/** Puts each list of numbers on one line: the file is in the repository, and its changes are read. */
function withRowsOnLines(text: string): string {
  return text.replaceAll(/\[[^[\]{}]*\]/g, (list) =>
    list.replaceAll(/\s+/g, ' ').replace('[ ', '[').replace(' ]', ']'),
  );
}

function parse<Value>(file: string, schema: z.ZodType<Value>): Value {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) {
      throw new RangeError(`${file} holds no figures of this benchmark`, { cause: error });
    }
    throw error;
  }
}
