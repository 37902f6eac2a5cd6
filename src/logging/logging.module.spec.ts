import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { PinoLogger } from 'nestjs-pino';
import { LogCapture } from '../../test/support/log-capture.js';
import { closeAll, track } from '../../test/support/resources.js';
import type { AttemptReport } from '../completions/index.js';
import { type LogLevel, type ProxyConfig, parseConfig } from '../config/index.js';
import { UpstreamRefusalError, UpstreamTimeoutError } from '../errors/index.js';
import { RequestContext } from '../http/index.js';
import { AccessLog } from './access-log.js';
import { AttemptLog } from './attempt-log.js';
import { ConfigLog } from './config-log.js';
import { LoggingModule } from './logging.module.js';
import { NestLogger } from './nest-logger.js';

const KEY = 'sk-secret-0123456789';

describe('LoggingModule', () => {
  let capture: LogCapture;
  let testing: TestingModule;

  beforeEach(async () => {
    testing = await build();
  });

  afterEach(closeAll);

  async function build(level: LogLevel = 'info'): Promise<TestingModule> {
    const config = parseConfig(
      `{providers: [{name: a, type: demo}], logging: {level: ${level}, format: json}}`,
    );
    // nestjs-pino keeps the first logger of a process for all that follow.
    const destination = {
      write: (text: string) => {
        capture.write(text);
      },
    };
    const built = await Test.createTestingModule({
      imports: [LoggingModule.forRoot(config, { destination })],
    }).compile();
    capture = new LogCapture();
    PinoLogger.root.level = level;
    return track(built);
  }

  /** The only line so far. */
  function line(): Readonly<Record<string, unknown>> {
    const [only, ...others] = capture.lines;
    if (only === undefined || others.length > 0) {
      throw new Error(`not one line: ${capture.text}`);
    }
    return only;
  }

  describe('of requests', () => {
    function end(fields: Partial<RequestContext>, endpoint: string | undefined = '/v1/x'): void {
      const context = new RequestContext('request-1', 'POST', '/v1/x', endpoint, 1000);
      testing.get(AccessLog).requestEnded(Object.assign(context, fields));
    }

    it('writes one line with all that is known', () => {
      end({
        model: 'asked',
        upstreamModel: 'sent',
        provider: 'a',
        status: 200,
        streamed: true,
        duration: 1234.5678,
        upstreamTime: 1000.04,
        firstTokenAt: 2000.55,
        usage: { promptTokens: 3, completionTokens: 0, totalTokens: undefined },
      });

      expect(line()).toStrictEqual({
        level: 'info',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        requestId: 'request-1',
        method: 'POST',
        endpoint: '/v1/x',
        model: 'asked',
        upstreamModel: 'sent',
        provider: 'a',
        status: 200,
        ending: 'completed',
        streamed: true,
        durationMs: 1234.6,
        upstreamMs: 1000,
        firstTokenMs: 1000.6,
        promptTokens: 3,
        completionTokens: 0,
        msg: 'request',
      });
    });

    it('leaves out what is not known', () => {
      end({ status: 401, duration: 1 });

      expect(Object.keys(line()).sort()).toStrictEqual(
        [
          'time',
          'level',
          'requestId',
          'method',
          'endpoint',
          'status',
          'ending',
          'durationMs',
          'msg',
        ].sort(),
      );
    });

    it.each<[string, Partial<RequestContext>]>([
      ['info', { status: 200 }],
      ['info', { status: 429 }],
      ['info', { status: 499, ending: 'client_closed' }],
      ['warn', { status: 500 }],
      ['warn', { status: 504, error: new UpstreamTimeoutError('total') }],
      ['warn', { status: 200, ending: 'interrupted', interrupted: true }],
    ])('writes it as %s: %j', (level, fields) => {
      end(fields);

      expect(line()).toMatchObject({ level, status: fields.status });
    });

    it('names the error, by its code', () => {
      end({ status: 504, error: new UpstreamTimeoutError('total') });

      expect(line()).toMatchObject({ error: 'upstream_timeout' });
    });

    it('never writes what a path that nobody knows may hold', () => {
      const context = new RequestContext('1', 'GET', `/v1/${KEY}`, 'unmatched', 0);
      testing.get(AccessLog).requestEnded(context);

      expect(capture.text).toContain('unmatched');
      expect(capture.text).not.toContain(KEY);
    });

    it('leaves probes out', () => {
      testing.get(AccessLog).requestEnded(new RequestContext('1', 'GET', '/health', undefined, 0));

      expect(capture.text).toBe('');
    });
  });

  describe('of attempts', () => {
    function end(fields: Partial<AttemptReport>): void {
      testing.get(AttemptLog).attemptEnded({
        requestId: 'request-1',
        provider: 'a',
        requestedModel: 'm',
        model: 'm',
        reason: 'first',
        outcome: 'broken',
        interruption: undefined,
        latency: undefined,
        malformedEvents: 0,
        cause: undefined,
        ...fields,
      });
    }

    it.each(['success', 'rejected', 'rate_limited', 'client_closed'] as const)(
      'writes nothing of one that ended in %s',
      (outcome) => {
        end({ outcome });

        expect(capture.text).toBe('');
      },
    );

    it.each(['broken', 'timeout', 'interrupted'] as const)('warns of one that is %s', (outcome) => {
      end({ outcome });

      expect(line()).toMatchObject({
        level: 'warn',
        requestId: 'request-1',
        provider: 'a',
        outcome,
        msg: 'provider a failed',
      });
    });

    it('says loudly that a key is refused', () => {
      end({ outcome: 'credentials_refused' });

      expect(line()).toMatchObject({ level: 'error', msg: expect.stringContaining('api_key') });
    });

    it.each<[unknown, unknown]>([
      ['the stream ended', 'the stream ended'],
      [new Error('broken'), 'broken'],
      [Object.assign(new Error('broken'), { code: 'E_X' }), 'broken (E_X)'],
      [
        Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' }),
        'connect ECONNREFUSED 127.0.0.1:1',
      ],
      [
        // What Node gives when a name has several addresses, as localhost has.
        Object.assign(
          new AggregateError([
            Object.assign(new Error('connect ECONNREFUSED ::1:1'), { code: 'ECONNREFUSED' }),
            Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' }),
          ]),
          { code: 'ECONNREFUSED' },
        ),
        'connect ECONNREFUSED ::1:1, connect ECONNREFUSED 127.0.0.1:1',
      ],
      [undefined, undefined],
      [{ key: KEY }, undefined],
    ])('says what broke: %p', (cause, told) => {
      end({ cause });

      expect(line()['cause']).toBe(told);
    });
  });

  describe('of Nest', () => {
    it('writes what it says of its own start only for those who debug it', async () => {
      testing.get(NestLogger).log('Mapped {/v1/x, POST} route', 'RouterExplorer');
      expect(capture.text).toBe('');

      testing = await build('debug');
      testing.get(NestLogger).log('Mapped {/v1/x, POST} route', 'RouterExplorer');
      expect(line()).toMatchObject({ level: 'debug', context: 'RouterExplorer' });
    });

    it('writes everything else', () => {
      testing.get(NestLogger).log({ msg: 'llm-proxy is listening', address: 'http://up' });
      testing.get(NestLogger).log('said', 'SomeService');

      expect(capture.lines).toMatchObject([
        { level: 'info', msg: 'llm-proxy is listening', address: 'http://up' },
        { level: 'info', msg: 'said', context: 'SomeService' },
      ]);
    });
  });

  it.each<[LogLevel, readonly string[]]>([
    ['info', ['info', 'warn']],
    ['warn', ['warn']],
    ['silent', []],
  ])('writes no line below its level: %s', async (level, written) => {
    const logger = (await build(level)).get(NestLogger);

    logger.debug('said');
    logger.log('said');
    logger.warn('said');

    expect(capture.lines.map((entry) => entry['level'])).toStrictEqual(written);
  });

  it.each([
    { authorization: `Bearer ${KEY}` },
    { apiKey: KEY },
    { api_key: KEY },
    { headers: { authorization: KEY, cookie: KEY, 'x-api-key': KEY } },
    { req: { headers: { any: KEY } } },
    { request: { headers: { any: KEY } } },
    { config: { headers: { any: KEY } } },
    { body: { content: KEY } },
    { messages: [{ content: KEY }] },
  ])('blackens secrets and prompts, should they ever come near it: %j', async (fields) => {
    (await testing.resolve(PinoLogger)).info(fields, 'said');

    expect(capture.text).toContain('[redacted]');
    expect(capture.text).not.toContain(KEY);
  });

  it('writes of an error what helps, and nothing that a library hung on it', async () => {
    const logger = await testing.resolve(PinoLogger);
    const failure = Object.assign(new TypeError('failed'), {
      config: { headers: { any: KEY }, data: KEY },
      response: { data: KEY },
      cause: KEY,
    });

    logger.error({ err: failure }, 'a bug');
    logger.error({ err: 'thrown text' }, 'a bug');

    expect(capture.lines).toMatchObject([
      { err: { type: 'TypeError', message: 'failed', stack: expect.stringContaining('at ') } },
      { err: { message: 'thrown text' } },
    ]);
    expect(capture.text).not.toContain(KEY);
  });

  it.each([
    ['upstream_timeout', 'upstream_timeout'],
    ['context.length-exceeded:4096', 'context.length-exceeded:4096'],
    ['tell me about my secret', 'other'],
    ['x'.repeat(65), 'other'],
    ['', 'other'],
  ])('writes the code %j of an error as %s', (code, written) => {
    const context = new RequestContext('1', 'POST', '/v1/x', '/v1/x', 0);
    context.error = new UpstreamRefusalError(400, { message: 'no', code });

    testing.get(AccessLog).requestEnded(context);

    expect(line()['error']).toBe(written);
  });

  describe('of the configuration', () => {
    function configOf(level: LogLevel = 'info'): ProxyConfig {
      return parseConfig(`{providers: [{name: a, type: demo}], logging: {level: ${level}}}`);
    }

    it('names what has changed', () => {
      const config = configOf();
      const changed = ['server.master_api_key', 'providers.a.weight'];

      testing.get(ConfigLog).configReloaded({ config, changed, waiting: [] });

      expect(line()).toMatchObject({
        level: 'info',
        msg: 'configuration reloaded',
        changed,
        hash: config.source.hash,
      });
    });

    it('names what waits for a restart', () => {
      const waiting = ['server.host', 'server.port'];

      testing.get(ConfigLog).configReloaded({ config: configOf(), changed: [], waiting });

      expect(capture.lines[1]).toMatchObject({
        level: 'warn',
        msg: 'a restart is needed to change server.host, server.port',
        keys: waiting,
      });
    });

    it('has a line for each reason why one was refused', () => {
      testing.get(ConfigLog).configRefused([
        { file: 'config.yaml', path: 'server.prot', message: 'is not a known key', remedy: 'x' },
        { file: 'config.yaml', path: '', message: 'is empty', remedy: '' },
      ]);

      expect(capture.lines).toMatchObject([
        {
          level: 'error',
          msg: 'configuration refused, the old one stays: config.yaml: server.prot: is not a known key; x',
        },
        {
          level: 'error',
          msg: 'configuration refused, the old one stays: config.yaml: is empty',
        },
      ]);
    });

    it('follows the level, for all who log', () => {
      const log = testing.get(ConfigLog);
      const logger = testing.get(NestLogger);
      logger.debug('unheard');
      log.configReloaded({ config: configOf('debug'), changed: ['logging.level'], waiting: [] });
      logger.debug('heard');
      log.configReloaded({ config: configOf('error'), changed: ['logging.level'], waiting: [] });
      logger.warn('unheard');

      expect(capture.lines.map(({ msg }) => msg)).toStrictEqual([
        'configuration reloaded',
        'heard',
      ]);
    });
  });
});
