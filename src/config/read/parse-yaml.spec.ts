import { describe, expect, it } from '@jest/globals';
import { ConfigError } from '../config-error.js';
import { parseYaml } from './parse-yaml.js';

function messageOf(yaml: string): string {
  try {
    parseYaml(yaml, 'config.yaml');
  } catch (error) {
    if (error instanceof ConfigError) {
      return error.format();
    }
    throw error;
  }
  return 'no error';
}

describe('parseYaml', () => {
  it('reads YAML 1.2', () => {
    expect(parseYaml('a: yes\nb: 0x10\nc: [1, true, ~]', 'config.yaml')).toStrictEqual({
      a: 'yes',
      b: 16,
      c: [1, true, null],
    });
  });

  it('merges << as older files expect', () => {
    expect(parseYaml('a: &a {x: 1}\nb:\n  <<: *a\n  y: 2', 'config.yaml')).toStrictEqual({
      a: { x: 1 },
      b: { x: 1, y: 2 },
    });
  });

  it.each([
    ['a: 1\na: 2', 'config.yaml: line 2, column 1: the key that starts here was given before;'],
    ['a: [1', 'config.yaml: line 1, column 6: is not valid YAML: unexpected end of the stream'],
    ['', 'config.yaml: is empty;'],
    ['# nothing', 'config.yaml: is empty;'],
    ['--- 1\n--- 2', 'config.yaml: holds more than one YAML document;'],
    ['a:\n\tb: 1', 'config.yaml: line 2, column 1: is not valid YAML: a tab in the indentation;'],
    [
      'a:\n  *: x',
      'config.yaml: line 2, column 6: is not valid YAML: * starts an alias, and there is none of that name; put text',
    ],
  ])('explains %j', (yaml, message) => {
    expect(messageOf(yaml)).toContain(message);
  });

  it.each([
    'key: *sk-secret',
    'key: !sk-secret 1',
    'key: !sk-secret^ 1',
    'key: !!sk-secret 1',
    'key: !e!sk-secret 1',
    'key: "sk-secret',
    "key: 'sk-secret' x",
    'key: [sk-secret',
    'key: {sk-secret: 1, sk-secret: 2}',
    'key: sk-secret: x',
    'key: @sk-secret',
    'key: |sk-secret',
    '%TAG !sk-secret! x\n%TAG !sk-secret! x\n---\na: 1',
  ])('never repeats the text of %j', (yaml) => {
    const message = messageOf(yaml);

    expect(message).not.toBe('no error');
    expect(message).not.toContain('sk-secret');
  });
});
