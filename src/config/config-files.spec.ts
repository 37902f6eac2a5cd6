import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { configReference } from './config-reference.js';
import { configJsonSchema } from './json-schema.js';
import { parseConfig } from './parse-config.js';

const SCHEMA_FILE = new URL('../../config/schema.json', import.meta.url);
const REFERENCE_FILE = new URL('../../docs/configuration.md', import.meta.url);
const EDITOR_HINT = '# yaml-language-server: $schema=./schema.json';

function readConfigFile(name: string): string {
  return readFileSync(new URL(`../../config/${name}`, import.meta.url), 'utf8');
}

/** Every name of a setting, at any depth. */
function settingNames(): readonly string[] {
  const keys = [...configReference().matchAll(/^\| `([a-z_.]+)` +\| (?!`)/gm)];
  return [...new Set(keys.flatMap(([, key = '']) => key.split('.')))];
}

const demoYaml = readConfigFile('demo.yaml');

describe('config/schema.json', () => {
  it('is what the schema generates: if not, run npm run schema', () => {
    const written: unknown = JSON.parse(readFileSync(SCHEMA_FILE, 'utf8'));

    expect(written).toStrictEqual(JSON.parse(JSON.stringify(configJsonSchema())));
  });
});

describe('docs/configuration.md', () => {
  it('is what the schema generates: if not, run npm run schema', () => {
    expect(readFileSync(REFERENCE_FILE, 'utf8')).toBe(`${configReference()}\n`);
  });
});

describe('config/example.yaml', () => {
  const example = readConfigFile('example.yaml');

  it('is valid', () => {
    const config = parseConfig(example, {
      environment: { OPENAI_API_KEY: 'sk-1', MASTER_API_KEY: 'sk-2' },
    });

    expect(config.providers.map(({ name, type }) => [name, type])).toStrictEqual([
      ['openai-main', 'openai'],
      ['local', 'openai'],
      ['demo', 'demo'],
    ]);
  });

  it('tells editors its schema', () => {
    expect(example.split('\n')[0]).toBe(EDITOR_HINT);
  });

  it.each(settingNames())('shows the setting %s', (name) => {
    expect(example).toMatch(new RegExp(`^ *(?:# |- )?${name}:`, 'm'));
  });

  it('gives the defaults where it says nothing else', () => {
    const settings = parseConfig(example, { environment: { OPENAI_API_KEY: '' } });
    const { source, providers } = settings;

    expect(settings).toStrictEqual({ ...parseConfig(demoYaml), source, providers });
  });
});

describe('config/demo.yaml', () => {
  it('needs no environment, no network and no key', () => {
    const config = parseConfig(demoYaml);

    expect(config.providers).toMatchObject([
      { name: 'demo', type: 'demo', modelMapping: new Map([['demo', 'demo']]) },
    ]);
    expect(config.server.masterApiKey).toBeUndefined();
  });

  it('tells editors its schema', () => {
    expect(demoYaml.split('\n')[0]).toBe(EDITOR_HINT);
  });
});
