import { BASE, DIRECT, SUBJECT } from './contender.ts';
import type { Gateway } from './gateway.ts';

const TAKEN = [DIRECT, BASE, SUBJECT, 'nginx', 'envoy'];
const HEADER = 'header:';
const FORM = 'name=URL[,key=…][,pid=…][,header:NAME=…]';

/**
 * Reads one `--gateway`.
 * @throws RangeError for what is not of the form
 */
export function readGateway(text: string): Gateway {
  const [[name, url], ...rest] = splitPairs(text);
  if (name === '' || !/^https?:/.test(url) || !URL.canParse(url)) {
    throw wrong(text, `it is ${FORM}`);
  }
  if (TAKEN.includes(name)) {
    throw wrong(text, `there is a ${name} already`);
  }
  const headers: Record<string, string> = {};
  let key: string | undefined;
  let pid: number | undefined;
  for (const [field, value] of rest) {
    if (field === 'key') {
      key = value;
    } else if (field === 'pid' && /^[1-9]\d*$/.test(value)) {
      pid = Number(value);
    } else if (field.startsWith(HEADER) && field !== HEADER) {
      headers[field.slice(HEADER.length)] = value;
    } else {
      // Not the value: it may be a secret under a misspelt name.
      throw wrong(text, `"${field}" is none of key, pid (a number) and header:NAME`);
    }
  }
  return { name, url: url.replace(/\/+$/, ''), key, pid, headers };
}

type Pair = readonly [field: string, value: string];

function splitPairs(text: string): [Pair, ...Pair[]] {
  const [first = '', ...rest] = text.split(',');
  return [splitPair(first), ...rest.map(splitPair)];
}

function splitPair(text: string): Pair {
  const [field = '', ...value] = text.split('=');
  return [field, value.join('=')];
}

function wrong(text: string, reason: string): RangeError {
  const [name = ''] = text.split('=');
  return new RangeError(`--gateway ${name}: ${reason}`);
}
