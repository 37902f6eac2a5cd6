import { z } from 'zod';
import { refused, type Reading } from './reading.js';

/** The part of JSON Schema (draft 7) that tells an editor what a setting may hold. */
export interface Accepts {
  /** The kind of value, in words: shown by editors, and in the reference table. */
  readonly title: string;
  readonly type?: string | readonly string[];
  readonly anyOf?: readonly Readonly<Record<string, unknown>>[];
  readonly additionalProperties?: Readonly<Record<string, unknown>>;
}

/** JSON Schema for a string that only its expansion makes a value: one with `${…}` in it. */
export const PLACEHOLDER = { type: 'string', pattern: '\\$\\{' } as const;

/** A leaf of the schema: anything may be written, the program gets a `Value`. */
export type Setting<Value> = z.ZodPipe<z.ZodUnknown, z.ZodTransform<Awaited<Value>>>;

/**
 * Makes a leaf of the schema. What is written may differ from what the program gets (`30s` and 30000,
 * or `"18000"`, from a variable, and 18000), so the leaf tells both: JSON Schema for the writer,
 * a reading for the program.
 *
 * @param accepts what may be written, for editors and for the reference
 * @param read turns the written value into the program's, or refuses it
 */
export function setting<Value>(
  accepts: Accepts,
  read: (written: unknown) => Reading<Value>,
): Setting<Value> {
  return z
    .unknown()
    .transform((written, context): Value => {
      const reading = written === undefined ? refused({ message: 'is missing' }) : read(written);
      if (reading.accepted) {
        return reading.value;
      }
      for (const { key, message, ...params } of reading.refusals) {
        const path = key === undefined ? [] : [key];
        context.addIssue({ code: 'custom', message, path, params });
      }
      return z.NEVER;
    })
    .meta({ ...accepts });
}
