import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/*
 * Looks at the pages of the built proxy in a real browser: that they show what they should, load nothing
 * from elsewhere and break no rule of their Content-Security-Policy, in light and dark, wide and narrow.
 * Leaves pictures to look at. Needs Chromium (`CHROMIUM` names it where it is not called `chromium`).
 */

/** What one look is at. */
interface Look {
  readonly name: string;
  readonly path: string;
  readonly width: number;
  readonly scheme: 'light' | 'dark';
  /** Done in the page when it is there. */
  readonly act?: string;
  /** Is true in the page when it shows what it should. */
  readonly shows: string;
}

const HAS_OPERATIONS = `document.querySelectorAll('.opblock').length >= 19`;
const HOME_SHOWS = `getComputedStyle(document.querySelector('pre')).borderTopWidth === '1px'
  && document.documentElement.scrollWidth <= innerWidth
  && document.body.innerText.includes(location.origin + '/v1')`;
/** Presses "Try it out" and "Execute" at the models, with the key. */
const TRY_MODELS = `(async () => {
  const find = async (selector) => {
    for (;;) {
      const found = document.querySelector(selector);
      if (found !== null) return found;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const type = (input, text) => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(input, text);
    input.dispatchEvent(new Event('input', { bubbles: true }));
  };
  (await find('.btn.authorize')).click();
  type(await find('.auth-container input'), 'key-of-the-check');
  (await find('.auth-container .authorize')).click();
  (await find('.btn-done')).click();
  (await find('#operations-Models-listModels .opblock-summary-control')).click();
  (await find('#operations-Models-listModels .try-out__btn')).click();
  (await find('#operations-Models-listModels .execute')).click();
})()`;
/** The answer, and that it came from the address of the page. */
const MODELS_SHOWN = `(() => {
  const operation = document.querySelector('#operations-Models-listModels');
  const answer = operation?.querySelector('.live-responses-table')?.innerText ?? '';
  const asked = operation?.querySelector('.request-url')?.innerText ?? '';
  return /^200/m.test(answer) && answer.includes('"demo"') && asked.includes(location.origin + '/v1/models');
})()`;

const LOOKS: readonly Look[] = [
  { name: 'home', path: '/', width: 1000, scheme: 'light', shows: HOME_SHOWS },
  { name: 'home-dark', path: '/', width: 1000, scheme: 'dark', shows: HOME_SHOWS },
  { name: 'home-narrow', path: '/', width: 360, scheme: 'light', shows: HOME_SHOWS },
  { name: 'docs', path: '/docs', width: 1200, scheme: 'light', shows: HAS_OPERATIONS },
  { name: 'docs-dark', path: '/docs/', width: 1200, scheme: 'dark', shows: HAS_OPERATIONS },
  {
    name: 'docs-narrow-tried',
    path: '/docs',
    width: 420,
    scheme: 'light',
    act: TRY_MODELS,
    shows: MODELS_SHOWN,
  },
];

/** How long a page may take to show what it should, ms: machines are shared. */
const PATIENCE = 30_000;

type Fields = Readonly<Record<string, unknown>>;

/** Speaks the Chrome DevTools Protocol with one page. */
class DevTools {
  readonly faults: string[] = [];
  session: string | undefined;
  readonly #socket: WebSocket;
  readonly #origin: string;
  readonly #waiting = new Map<number, (result: Fields) => void>();
  #count = 0;

  constructor(socket: WebSocket, origin: string) {
    this.#socket = socket;
    this.#origin = origin;
    socket.addEventListener('message', ({ data }) => {
      this.#take(JSON.parse(String(data)) as Fields);
    });
  }

  send(method: string, params: object = {}): Promise<Fields> {
    this.#count += 1;
    const id = this.#count;
    this.#socket.send(JSON.stringify({ id, method, params, sessionId: this.session }));
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  async evaluate(expression: string): Promise<unknown> {
    const answer = await this.send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    return (answer['result'] as Fields | undefined)?.['value'];
  }

  #take(message: Fields): void {
    const { id, method, result, params } = message;
    if (typeof id === 'number') {
      this.#waiting.get(id)?.((result ?? {}) as Fields);
      return;
    }
    const text = JSON.stringify(params);
    const url = (((params ?? {}) as Fields)['request'] as Fields | undefined)?.['url'];
    if (method === 'Network.requestWillBeSent') {
      if (!String(url).startsWith(this.#origin) && !String(url).startsWith('data:')) {
        this.faults.push(`asked for ${String(url)}`);
      }
    } else if (method === 'Runtime.exceptionThrown' || method === 'Log.entryAdded') {
      this.faults.push(text);
    } else if (method === 'Runtime.consoleAPICalled' && /"type":"(?:error|warning)"/.test(text)) {
      this.faults.push(text);
    }
  }
}

async function look(browser: string, origin: string, folder: string, one: Look): Promise<boolean> {
  const socket = new WebSocket(browser);
  await once(socket, 'open');
  const tools = new DevTools(socket, origin);
  const { targetId } = await tools.send('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await tools.send('Target.attachToTarget', { targetId, flatten: true });
  tools.session = String(sessionId);
  for (const domain of ['Network', 'Runtime', 'Log', 'Page']) {
    await tools.send(`${domain}.enable`);
  }
  await tools.send('Emulation.setEmulatedMedia', {
    features: [{ name: 'prefers-color-scheme', value: one.scheme }],
  });
  await tools.send('Emulation.setDeviceMetricsOverride', {
    ...{ width: one.width, height: 900, deviceScaleFactor: 1, mobile: false },
  });
  await tools.send('Page.navigate', { url: `${origin}${one.path}` });
  const deadline = Date.now() + PATIENCE;
  const until = async (expression: string): Promise<boolean> => {
    while ((await tools.evaluate(expression)) !== true) {
      if (Date.now() > deadline) {
        return false;
      }
    }
    return true;
  };
  let isShown = await until(one.act === undefined ? one.shows : HAS_OPERATIONS);
  if (isShown && one.act !== undefined) {
    await tools.evaluate(one.act);
    isShown = await until(one.shows);
  }
  const picture = await tools.send('Page.captureScreenshot', { captureBeyondViewport: true });
  writeFileSync(join(folder, `${one.name}.png`), Buffer.from(String(picture['data']), 'base64'));
  socket.close();
  const faults = [...(isShown ? [] : ['does not show what it should']), ...tools.faults];
  process.stdout.write(`${one.name}: ${faults.length === 0 ? 'well' : faults.join('\n  ')}\n`);
  return faults.length === 0;
}

const folder = mkdtempSync(join(tmpdir(), 'llm-proxy-pages-'));
const proxy = spawn(process.execPath, ['dist/main.js'], {
  env: { ...process.env, CONFIG_PATH: 'test/api/proxy.yaml', HOST: '127.0.0.1', PORT: '0' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const chromium = spawn(
  process.env['CHROMIUM'] ?? 'chromium',
  [
    ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run'],
    ...['--disable-background-networking', '--disable-component-update', '--hide-scrollbars'],
    ...['--remote-debugging-port=0', `--user-data-dir=${join(folder, 'profile')}`, 'about:blank'],
  ],
  { stdio: ['ignore', 'ignore', 'pipe'] },
);

/** Waits for the first line that says it. @returns what it says */
async function said(lines: NodeJS.ReadableStream, pattern: RegExp): Promise<string> {
  for await (const line of createInterface({ input: lines })) {
    const [, word] = pattern.exec(line) ?? [];
    if (word !== undefined) {
      lines.resume();
      return word;
    }
  }
  throw new Error(`nobody said ${pattern.source}`);
}

let isWell = true;
try {
  const origin = await said(proxy.stdout, /"address":"([^"]+)"/);
  const browser = await said(chromium.stderr, /listening on (ws:\S+)/);
  for (const one of LOOKS) {
    isWell = (await look(browser, origin, folder, one)) && isWell;
  }
  process.stdout.write(`pictures: ${folder}\n`);
} finally {
  proxy.kill();
  chromium.kill();
}
process.exitCode = isWell ? 0 : 1;
