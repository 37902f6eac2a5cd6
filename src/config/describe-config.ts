import type { OpenAIProviderConfig, ProviderConfig, ProxyConfig } from './proxy-config.js';
import type { Secret } from './secret.js';

/** Shorter values are words that stand elsewhere, too, characters. */
const SHORTEST_SECRET = 8;

/** @returns what would run, for people: lines of text that hold no secret */
export function describeConfig(config: ProxyConfig): string {
  // A variable that holds a key may have been put into an address or a name, too.
  return secretsOf(config).reduce(
    (text, secret) => text.replaceAll(secret.reveal(), `[key ${secret.origin}]`),
    describe(config),
  );
}

function secretsOf({ server, providers }: ProxyConfig): readonly Secret[] {
  const ofProviders = providers.flatMap((provider) =>
    provider.type === 'openai' ? [provider.apiKey, ...provider.headers.values()] : [],
  );
  return [server.masterApiKey, ...ofProviders]
    .filter((secret) => secret !== undefined)
    .filter((secret) => secret.reveal().length >= SHORTEST_SECRET);
}

function describe(config: ProxyConfig): string {
  const { source, server, providers } = config;
  const totalWeight = providers.reduce((sum, { weight }) => sum + weight, 0);
  return [
    `configuration  ${source.path}${source.demo ? ' (the packaged demo)' : ''}`,
    ...(source.envFile === undefined ? [] : [`variables      ${source.envFile}`]),
    `address        ${formatAddress(server.host, server.port)}`,
    ...(server.workers === 1 ? [] : [`workers        ${describeWorkers(server.workers)}`]),
    `master key     ${server.masterApiKey?.origin ?? 'none: anyone may use the proxy'}`,
    'providers',
    ...providers.flatMap((provider) => describeProvider(provider, totalWeight)),
    ...describeFaultPlans(config),
  ].join('\n');
}

function formatAddress(host: string, port: number): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port === 0 ? '<any free port>' : String(port)}`;
}

function describeWorkers(workers: ProxyConfig['server']['workers']): string {
  return workers === 'auto' ? 'one for each core' : String(workers);
}

function describeProvider(provider: ProviderConfig, totalWeight: number): readonly string[] {
  const share = ((100 * provider.weight) / totalWeight).toFixed(1);
  const facts = [
    provider.type,
    ...(provider.type === 'openai' ? describeUpstream(provider) : ['built in']),
    `weight ${provider.weight} (${share} %)`,
  ];
  return [`  ${provider.name}: ${facts.join(', ')}`, ...describeModels(provider)];
}

function describeUpstream(provider: OpenAIProviderConfig): readonly string[] {
  return [
    provider.apiBase,
    provider.apiKey === undefined ? 'no key' : `key ${provider.apiKey.origin}`,
    ...[...provider.headers].map(([name, { origin }]) => `header ${name} ${origin}`),
    ...(provider.verifySsl ? [] : ['certificates not verified']),
    ...(provider.ca === undefined ? [] : ['certificates of its own']),
    ...describeRoute(provider.proxy),
  ];
}

function describeRoute(route: 'direct' | 'environment' | Secret): readonly string[] {
  if (route === 'environment') {
    return [];
  }
  return [route === 'direct' ? 'no proxy' : `proxy ${route.origin}`];
}

function describeModels({ modelMapping }: ProviderConfig): readonly string[] {
  if (modelMapping.size === 0) {
    return ['    any model, under its own name'];
  }
  return [...modelMapping].map(([asked, sent]) => `    ${asked} -> ${sent}`);
}

/** What is out of the ordinary for requests whose provider fails, is slow, or is one of many. */
function describeFaultPlans(config: ProxyConfig): readonly string[] {
  const { routing, hedge, streamRecovery, fallbacks, contextFallbacks } = config;
  const { strategy, affinity } = routing;
  const kept = affinity.kind === 'header' ? `header ${affinity.name}` : affinity.kind;
  return [
    `routing        ${strategy}${kept === 'none' ? '' : `, kept together by ${kept}`}`,
    ...describeFallbacks('fallbacks', fallbacks),
    ...describeFallbacks('for long requests', differing(contextFallbacks, fallbacks)),
    ...(hedge === undefined ? [] : [`hedging        after ${describeDelay(hedge.after)}`]),
    ...(streamRecovery === 'resume' ? ['broken streams are resumed'] : []),
  ];
}

function describeDelay(delay: 'p95' | number): string {
  return delay === 'p95' ? delay : `${delay} ms`;
}

type Fallbacks = ProxyConfig['fallbacks'];

function differing(fallbacks: Fallbacks, usual: Fallbacks): Fallbacks {
  return new Map(
    [...fallbacks].filter(([model, targets]) => targets.join() !== usual.get(model)?.join()),
  );
}

function describeFallbacks(title: string, fallbacks: Fallbacks): readonly string[] {
  const lines = [...fallbacks].map(([model, targets]) => `  ${model} -> ${targets.join(', ')}`);
  return lines.length === 0 ? [] : [title, ...lines];
}
