import { nearest } from '../nearest.js';
import { accepted, refused, type Reading } from '../reading.js';
import { PLACEHOLDER, setting, type Setting } from '../setting.js';
import { readBoolean } from './boolean.js';

/**
 * How a provider is asked to go on with an answer that has begun: `continue_final_message` as vLLM
 * does it, `prefix` as DeepSeek and Mistral do, `trailing` by just the last message, as Anthropic
 * does; `any` when its form is not known, false when it cannot.
 */
export type Prefill = false | 'any' | (typeof FORMS)[number];

const FORMS = ['continue_final_message', 'prefix', 'trailing'] as const;

/** True, false, or the name of the form. */
export function prefill(): Setting<Prefill> {
  return setting(
    {
      title: `true, false, ${FORMS.join(', ')}`,
      anyOf: [{ type: 'boolean' }, { enum: FORMS }, PLACEHOLDER],
    },
    readPrefill,
  );
}

function readPrefill(written: unknown): Reading<Prefill> {
  const toggle = readBoolean(written);
  if (toggle.accepted) {
    return accepted(toggle.value ? 'any' : false);
  }
  const lowered = typeof written === 'string' ? written.trim().toLowerCase() : '';
  const form = FORMS.find((candidate) => candidate === lowered);
  if (form !== undefined) {
    return accepted(form);
  }
  const meant = nearest(lowered, FORMS);
  return refused({
    message: `must be true, false or one of ${FORMS.join(', ')}`,
    remedy: meant === undefined ? '' : `did you mean ${meant}?`,
    showsValue: true,
  });
}
