import { isMapping } from '../../document-path.js';
import { accepted, refused, type Reading, type Refusal } from '../reading.js';
import { setting, type Setting } from '../setting.js';
import { readText } from './text.js';

/** The client's name of a model → the provider's; `*` at the end of both passes the rest on. */
export function modelMapping(): Setting<ReadonlyMap<string, string>> {
  return setting(
    {
      title: 'names to names',
      type: 'object',
      additionalProperties: { type: 'string' },
    },
    readModelMapping,
  );
}

function readModelMapping(written: unknown): Reading<ReadonlyMap<string, string>> {
  if (!isMapping(written)) {
    return refused({ message: "must be a mapping of the client's names to the provider's" });
  }
  const mapping = new Map<string, string>();
  const refusals: Refusal[] = [];
  for (const [asked, given] of Object.entries(written)) {
    const reading = given === undefined ? refused({ message: 'is empty' }) : readText(given);
    if (!reading.accepted) {
      refusals.push(...reading.refusals.map((refusal) => ({ ...refusal, key: asked })));
      continue;
    }
    const refusal = checkNames(asked, reading.value);
    if (refusal !== undefined) {
      refusals.push({ ...refusal, key: asked });
    }
    mapping.set(asked, reading.value);
  }
  return refusals.length > 0 ? refused(...refusals) : accepted(mapping);
}

function checkNames(asked: string, sent: string): Refusal | undefined {
  if (asked.trim() === '') {
    return { message: 'the name to map is empty' };
  }
  if (hasInnerWildcard(asked)) {
    return {
      message: 'must have a * only at the end of the name',
      remedy: 'write gpt-* or just *',
    };
  }
  if (hasInnerWildcard(sent)) {
    return { message: 'must map to a name with a * only at its end' };
  }
  if (sent.endsWith('*') && !asked.endsWith('*')) {
    return {
      message: 'maps one name to a name with a *, which stands for nothing here',
      remedy: 'end both in *, or neither',
    };
  }
  return undefined;
}

function hasInnerWildcard(name: string): boolean {
  return name.slice(0, -1).includes('*');
}
