import type { AddressInfo } from 'node:net';
import type { ProxyConfig, Secret } from './config/index.js';

/** The first words of a running proxy, for people and for machines. */
export interface StartMessage {
  readonly text: string;
  readonly fields: Readonly<Record<string, unknown>>;
  /** What whoever runs it should know. */
  readonly warning: string | undefined;
}

const ANY_ADDRESS: ReadonlySet<string> = new Set(['0.0.0.0', '::']);
const PLACEHOLDER_MODEL = 'YOUR_MODEL';
const USUAL_KEY_VARIABLE = 'MASTER_API_KEY';

/**
 * @param workers - how many processes serve
 * @returns what runs, where, with which configuration, and a command to try it with
 */
export function startMessage(
  config: ProxyConfig,
  { address, port }: Pick<AddressInfo, 'address' | 'port'>,
  workers = 1,
): StartMessage {
  const { source, providers, server } = config;
  const reachable = ANY_ADDRESS.has(address) ? 'localhost' : bracketed(address);
  const base = `http://${reachable}:${port}`;
  const names = providers.map(({ name, weight }) => `${name} (weight ${weight})`).join(', ');
  const curl = curlCommand(base, firstModel(config), server.masterApiKey);
  const note = source.demo
    ? '\n              no config.yaml here: this is the demo model; see config/example.yaml'
    : '';
  return {
    text: `
  llm-proxy is listening on http://${bracketed(address)}:${port}

  config      ${source.path}${note}
  providers   ${names}${workers === 1 ? '' : `\n  workers     ${workers}`}
  health      ${base}/health
  metrics     ${base}/metrics

  Try it:

${curl}

`,
    fields: {
      address: `http://${bracketed(address)}:${port}`,
      config: source.path,
      providers: names,
      ...(workers === 1 ? {} : { workers }),
      curl,
    },
    warning:
      server.masterApiKey === undefined
        ? 'server.master_api_key is blank: whoever reaches this address may use it'
        : undefined,
  };
}

function firstModel({ providers }: ProxyConfig): string {
  const names = providers.flatMap(({ modelMapping }) => [...modelMapping.keys()]);
  return names.find((name) => !name.endsWith('*')) ?? PLACEHOLDER_MODEL;
}

function curlCommand(base: string, model: string, key: Secret | undefined): string {
  const url = `${base}/v1/chat/completions`;
  const body = JSON.stringify({
    model,
    messages: [{ role: 'user', content: 'Hello!' }],
    stream: true,
  });
  return [
    // To some shells brackets, as around an IPv6 address, are a pattern of file names.
    `curl -N ${url.includes('[') ? singleQuoted(url) : url}`,
    ...(key === undefined ? [] : [`-H "Authorization: Bearer $${variableOf(key)}"`]),
    '-H "Content-Type: application/json"',
    `-d ${singleQuoted(body)}`,
  ].join(' ');
}

function singleQuoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** @returns the variable that holds the key, where the configuration takes it from just one */
function variableOf({ origin }: Secret): string {
  return /^from \$\{(\w+)\}$/.exec(origin)?.[1] ?? USUAL_KEY_VARIABLE;
}

function bracketed(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}
