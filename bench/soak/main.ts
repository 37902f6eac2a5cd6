/** The soak: `npm run soak`. Mixed traffic against providers that fail at random, by seed. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { PROGRAM } from '../contenders/llm-proxy.ts';
import { Child, killChildrenOnExit } from '../machine/child.ts';
import { countObjects } from '../machine/heap-snapshot.ts';
import { freePort } from '../machine/free-port.ts';
import { Chance } from './chance.ts';
import { type Verdict, ask } from './client.ts';
import { FaultyProvider } from './faulty-provider.ts';
import { type Remains, findingsOf } from './findings.ts';
import { type SoakOptions, USAGE, readOptions } from './options.ts';

/** Clients at once. */
const CLIENTS = 24;
/** What a client waits between two requests, at most, ms. */
const PAUSE = 40;
/** How long all is left alone before it is looked at: more than any deadline of the proxy, ms. */
const REST = 12_000;

const options = optionsOrExit();
if (options.help) {
  process.stdout.write(USAGE);
  process.exit(0);
}
const { minutes, seed = Math.floor(Math.random() * 2 ** 31) } = options;

killChildrenOnExit();
const directory = mkdtempSync(join(tmpdir(), 'llm-proxy-soak-'));
const chance = new Chance(seed);
const providers = [1, 2, 3, 4].map((offset) => new FaultyProvider(new Chance(seed + offset)));
const verdicts = new Map<Verdict, number>();
const wrong: string[] = [];
let count = 0;

say(`seed ${seed}, ${minutes} minutes`);
const port = await freePort();
const proxy = await startProxy();
const before = await look();
await drive(minutes / 2);
const middle = await look();
await drive(minutes / 2);
const end = await look();

const findings = findingsOf({
  verdicts,
  wrong,
  complaints: proxy.lastWords,
  before,
  middle,
  end,
});
say(`requests   ${count}: ${listOf(verdicts)}, wrong ${wrong.length}`);
for (const [index, { counts }] of providers.entries()) {
  say(`provider ${index + 1} ${listOf(counts)}`);
}
say(`heap       ${middle.heap} MB in the middle, ${end.heap} MB at the end`);
say(`sockets    ${before.sockets} before, ${end.sockets} after`);
say(`timers     ${before.timers} before, ${end.timers} after`);
say(findings.length === 0 ? 'All is well.' : findings.join('\n'));
rmSync(directory, { recursive: true });
process.exit(findings.length === 0 ? 0 : 1);

function optionsOrExit(): SoakOptions {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(2);
  }
}

async function startProxy(): Promise<Child> {
  const ports = await Promise.all(providers.map((provider) => provider.start()));
  const providerAt = (name: string, index: number, mapping: object): object => ({
    name,
    api_base: `http://127.0.0.1:${ports[index] ?? 0}/v1`,
    model_mapping: mapping,
  });
  const config = join(directory, 'config.yaml');
  writeFileSync(
    config,
    JSON.stringify({
      providers: [
        providerAt('a', 0, { m: 'm' }),
        providerAt('b', 1, { m: 'm' }),
        providerAt('c', 2, { m: 'm' }),
        providerAt('d', 3, { n: 'n' }),
      ],
      server: { host: '127.0.0.1' },
      timeouts: { connect: '1s', first_token: '600ms', idle: '600ms', total: '8s' },
      fallbacks: { m: ['n'] },
      breaker: { open: '500ms', max_open: '2s' },
      hedge: { after: '300ms', max_ratio: 0.2 },
      stream_recovery: 'resume',
    }),
  );
  const child = new Child({
    name: 'llm-proxy',
    args: ['--heapsnapshot-signal=SIGUSR2', `--diagnostic-dir=${directory}`, ...PROGRAM],
    environment: { CONFIG_PATH: config, PORT: String(port), LOG_LEVEL: 'silent' },
  });
  while ((await page('/health/ready')) === undefined) {
    child.assertRunning();
    await wait(20);
  }
  return child;
}

/** Lets all clients ask, one thing after another. */
async function drive(length: number): Promise<void> {
  const agent = new Agent({ keepAlive: true });
  const endsAt = performance.now() + length * 60_000;
  await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      while (performance.now() < endsAt) {
        await askOnce(agent);
        await wait(chance.next() * PAUSE);
      }
    }),
  );
  agent.destroy();
}

async function askOnce(agent: Agent): Promise<void> {
  count += 1;
  const [verdict, seen] = await ask({
    port,
    agent,
    id: `r${count}`,
    stream: chance.next() < 0.6,
    padding: chance.next() < 0.05 ? 300_000 : 20,
    leavesAfter: chance.next() < 0.1 ? chance.next() * 500 : undefined,
  });
  verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
  if (verdict === 'wrong') {
    wrong.push(seen);
  }
}

/** Waits until all is at rest, and looks at what is left. */
async function look(): Promise<Remains> {
  await wait(REST);
  for (const provider of providers) {
    provider.closeIdleConnections();
  }
  await wait(1000);
  // A snapshot begins with a collection of garbage: what is left then is what is held.
  process.kill(proxy.pid, 'SIGUSR2');
  await wait(1000);
  const text = (await page('/metrics')) ?? '';
  await wait(100);
  const heap = Number(/^nodejs_heap_size_used_bytes (\S+)/m.exec(text)?.[1] ?? 0);
  return {
    gauges: text.split('\n').filter((line) => /^llm_proxy_active_requests\{.* [^0]/.test(line)),
    heap: Math.round(heap / 2 ** 20),
    sockets: socketsOf(proxy.pid),
    timers: timersInSnapshot(),
  };
}

/** Node's own count leaves out timers that do not keep a process alive: all of the proxy's. */
function timersInSnapshot(): number {
  const [name = ''] = readdirSync(directory).filter((file) => file.endsWith('.heapsnapshot'));
  const file = join(directory, name);
  const timers = countObjects(file, 'Timeout');
  rmSync(file);
  return timers;
}

function page(path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    get({ host: '127.0.0.1', port, path, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => {
        resolve(text);
      });
    }).on('error', () => {
      resolve(undefined);
    });
  });
}

function socketsOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

function listOf(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([name, value]) => `${name} ${value}`).join(', ');
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
