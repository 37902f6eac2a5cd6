import { formatPath, isMapping, type DocumentPath, type Mapping } from '../document-path.js';
import type { ProviderConfig, ProxyConfig } from '../proxy-config.js';
import { Secret } from '../secret.js';
import { sameValue } from './same-value.js';

/** Settings whose name in the file is not just ours with underscores. */
const WRITTEN_NAMES: Readonly<Record<string, string>> = {
  openFor: 'open',
  ca: 'ca_file',
  httpProxy: 'HTTP_PROXY',
  httpsProxy: 'HTTPS_PROXY',
  noProxy: 'NO_PROXY',
};

/**
 * @returns the settings in which two configurations differ, by the keys that the file has for them,
 * such as `server.cors` and `providers.main.api_key`; never a value
 */
export function changedKeys(before: ProxyConfig, after: ProxyConfig): readonly string[] {
  return [
    ...changedProviders(before.providers, after.providers),
    ...differences(settingsOf(before), settingsOf(after), []).map(formatPath),
  ];
}

/** All but what was read from where, and the providers, which are compared by name. */
function settingsOf(config: ProxyConfig): Mapping {
  const apart: readonly string[] = ['source', 'providers', 'environmentProxies'];
  const settings = Object.entries(config).filter(([name]) => !apart.includes(name));
  return { ...Object.fromEntries(settings), ...config.environmentProxies };
}

type Providers = readonly ProviderConfig[];

function changedProviders(before: Providers, after: Providers): readonly string[] {
  const old = new Map(before.map((provider) => [provider.name, provider]));
  const young = new Map(after.map((provider) => [provider.name, provider]));
  const changes = [...new Set([...old.keys(), ...young.keys()])].flatMap((name) =>
    changesOf(name, old.get(name), young.get(name)),
  );
  const kept = (some: Providers, others: ReadonlyMap<string, unknown>): readonly string[] =>
    some.map(({ name }) => name).filter((name) => others.has(name));
  return sameValue(kept(before, young), kept(after, old))
    ? changes
    : [...changes, 'providers (order)'];
}

function changesOf(
  name: string,
  before: ProviderConfig | undefined,
  after: ProviderConfig | undefined,
): readonly string[] {
  const path = ['providers', name];
  if (before === undefined) {
    return [`${formatPath(path)} (added)`];
  }
  if (after === undefined) {
    return [`${formatPath(path)} (removed)`];
  }
  return differences({ ...before }, { ...after }, path).map(formatPath);
}

function differences(before: Mapping, after: Mapping, path: DocumentPath): readonly DocumentPath[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) => {
    const place = [...path, writtenName(name)];
    const [old, young] = [before[name], after[name]];
    if (sameValue(old, young)) {
      return [];
    }
    return isSection(old) && isSection(young) ? differences(old, young, place) : [place];
  });
}

/** A mapping whose keys are settings; what a user names (models, headers) is in maps. */
function isSection(value: unknown): value is Mapping {
  return isMapping(value) && !(value instanceof Map) && !(value instanceof Secret);
}

function writtenName(name: string): string {
  const words = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return WRITTEN_NAMES[name] ?? words;
}
