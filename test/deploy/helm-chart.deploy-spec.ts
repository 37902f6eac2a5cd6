import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { CERTIFICATE_FILE } from '../support/certificate.js';
import {
  CHART,
  deployment,
  expectGraceToCover,
  expectPortsAndRoutesToAgree,
  expectRestrictedPods,
  expectSelectorsToMatch,
  imageUser,
  loadMountedConfig,
  mistakesIn,
  onlyOne,
  output,
  readManifests,
  runTool,
} from './support/index.js';

const values = (name: string) => join(CHART, 'ci', `${name}-values.yaml`);

/** @returns what Helm renders of the chart, with sets of values and settings */
function template(...args: readonly string[]): string {
  return output('helm', ['template', 'release', CHART, '--namespace', 'llm', ...args]);
}

/** @returns what Helm says when it refuses to render */
function refusal(...args: readonly string[]): string {
  const { status, stderr } = runTool('helm', ['template', 'release', CHART, ...args]);
  expect(status).not.toBe(0);
  return stderr;
}

const graceOf = (yaml: string) =>
  onlyOne(readManifests(yaml), 'Deployment', deployment).spec.template.spec
    .terminationGracePeriodSeconds;

const checksumsOf = (...args: readonly string[]) =>
  onlyOne(readManifests(template(...args)), 'Deployment', deployment).spec.template.metadata
    .annotations;

const SETS = readdirSync(join(CHART, 'ci')).map((name) => name.replace('-values.yaml', ''));

const KEYS = { MASTER_API_KEY: 'm', OPENAI_API_KEY: 'o', SPARE_API_KEY: 's' };

/** What the ConfigMap of others holds that the set `existing` stands for. */
const EXISTING = { drainDelay: 5000, shutdownTimeout: 60_000 };

describe.each([...SETS, 'default'])('the chart with the values %s', (name) => {
  const args = name === 'default' ? [] : ['--values', values(name)];
  const yaml = template(...args);
  const manifests = readManifests(yaml);

  it('passes the linter', () => {
    expect(runTool('helm', ['lint', '--strict', CHART, ...args])).toMatchObject({ status: 0 });
  });

  it('is valid for Kubernetes', () => {
    expect(mistakesIn(yaml)).toStrictEqual([]);
  });

  it('has a grace period that covers the drain of a configuration that the proxy takes', () => {
    const times =
      name === 'existing'
        ? EXISTING
        : loadMountedConfig(manifests, {
            ...(name === 'production' ? { environment: KEYS } : {}),
            files: { '/etc/llm-proxy-ca/ca.crt': CERTIFICATE_FILE },
          }).server;

    expectGraceToCover(manifests, times);
  });

  it('has probes, ports and selectors that agree', () => {
    expectPortsAndRoutesToAgree(manifests);
    expectSelectorsToMatch(manifests);
  });

  it('runs without rights', () => {
    expectRestrictedPods(manifests, imageUser());
  });
});

describe('the grace period', () => {
  it.each([
    ['10s', '2m', 135],
    ['1500ms', '0.5h', 1807],
    ['0', '30', 35],
    ['', '1.5 m', 95],
  ])('is computed from a delay of %j and a timeout of %j', (delay, timeout, expected) => {
    const yaml = template(
      ...['--set-string', `config.server.drain_delay=${delay}`],
      ...['--set-string', `config.server.shutdown_timeout=${timeout}`],
    );

    expect(graceOf(yaml)).toBe(expected);
  });

  it('grows with the preStop hook', () => {
    expect(graceOf(template('--set', 'preStopSeconds=12'))).toBe(graceOf(template()) + 12);
  });

  it.each(['config.server.shutdown_timeout=${TIMEOUT}', 'existingConfigMap=mine'])(
    'must be given where the chart cannot know it: %s',
    (setting) => {
      expect(refusal('--set', setting)).toContain('set terminationGracePeriodSeconds');
      expect(graceOf(template('--set', `${setting},terminationGracePeriodSeconds=90`))).toBe(90);
    },
  );
});

describe('a change', () => {
  it('of the configuration leaves the pods as they are', () => {
    expect(checksumsOf('--set', 'config.retry.attempts=5')).toStrictEqual(checksumsOf());
  });

  it.each(['config.server.host=::', 'config.server.workers=2', 'config.logging.format=pretty'])(
    'of a setting that needs a restart replaces them: %s',
    (setting) => {
      expect(checksumsOf('--set', setting)).not.toStrictEqual(checksumsOf());
    },
  );

  it('of the configuration replaces them with configReload: restart', () => {
    const restart = ['--set', 'configReload=restart'];

    expect(checksumsOf(...restart, '--set', 'config.retry.attempts=5')).not.toStrictEqual(
      checksumsOf(...restart),
    );
  });

  it('of a key replaces them', () => {
    expect(checksumsOf('--set', 'keys.KEY=new')).not.toStrictEqual(
      checksumsOf('--set', 'keys.KEY=old'),
    );
  });

  it('of a key in a file leaves them as they are', () => {
    const file = ['--set', 'keysDelivery=file'];

    expect(checksumsOf(...file, '--set', 'keys.KEY=new')).toStrictEqual(
      checksumsOf(...file, '--set', 'keys.KEY=old'),
    );
  });
});

describe('a mistake', () => {
  it.each([
    ['replicas=3', "'replicas' not allowed"],
    ['config.server.port=9000', "'not' failed"],
    ['image.digest=sha256:abc', 'does not match pattern'],
    ['keys.KEY=1', 'want string'],
    ['ingress.enabled=true', 'minItems'],
    ['httpRoute.enabled=true', 'minItems'],
  ])('in the values is refused: %s', (setting, message) => {
    expect(refusal('--set', setting)).toContain(message);
  });

  it.each(['configReload=live', 'configReload=restart'])(
    'is as many workers as the node has cores, with %s',
    (reload) => {
      const auto = refusal('--set', `config.server.workers=auto,${reload}`);

      expect(auto).toContain('set a number, or leave 1 and add pods');
      expect(template('--set', `config.server.workers=2,${reload}`)).toContain('workers: 2');
    },
  );

  it('in a manifest is found', () => {
    const yaml = template('--values', values('everything'))
      .replace('terminationGracePeriodSeconds', 'terminationGraceSeconds')
      .replace('scrapeTimeout', 'scrapeTimeOut');

    expect(mistakesIn(yaml)).toStrictEqual(
      expect.arrayContaining([
        expect.stringContaining("'terminationGraceSeconds' was unexpected"),
        expect.stringContaining('unknown field "spec.endpoints[0].scrapeTimeOut"'),
      ]),
    );
  });

  it('is a manifest that nothing is known of', () => {
    const yaml = 'apiVersion: example.com/v1\nkind: Thing\nmetadata: { name: one }\n';

    expect(mistakesIn(yaml)).toStrictEqual(['Thing/one was not checked']);
  });
});
