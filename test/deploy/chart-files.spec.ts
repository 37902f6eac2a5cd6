import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { load } from 'js-yaml';
import { z } from 'zod';
import { parseConfig } from '../../src/config/index.js';
import {
  ALERTS,
  CHART,
  MANIFESTS,
  expectGraceToCover,
  expectPortsAndRoutesToAgree,
  readManifests,
} from './support/index.js';

const read = (...names: readonly string[]) => readFileSync(join(...names), 'utf8');

const rules = z.looseObject({ groups: z.array(z.looseObject({ name: z.string() })).min(1) });

// What can be seen without Helm and kustomize; `npm run check:deploy` renders and checks the rest.
describe('the files of the chart and the manifests', () => {
  const base = join(MANIFESTS, 'base');
  const manifests = readdirSync(base)
    .filter((name) => !['kustomization.yaml', 'config.yaml'].includes(name))
    .flatMap((name) => readManifests(read(base, name)));

  it('gives the base a grace period that covers its drain', () => {
    const config = parseConfig(read(base, 'config.yaml'), { environment: { MASTER_API_KEY: 'k' } });

    expectGraceToCover(manifests, config.server);
  });

  it('points the probes of the base at routes that exist', () => {
    expectPortsAndRoutesToAgree(manifests);
  });

  it('carries the alert rules of deploy/prometheus', () => {
    const carried = rules.parse(load(read(CHART, 'files', 'alerts.yaml')));
    // Until that file exists, the chart's own is the only one.
    const source = existsSync(ALERTS) ? rules.parse(load(read(ALERTS))) : carried;

    expect(carried.groups).toStrictEqual(source.groups);
  });

  it('names the version of the proxy in the chart and in the manifests', () => {
    const { version } = z.object({ version: z.string() }).parse(JSON.parse(read('package.json')));
    const chart = z.looseObject({ appVersion: z.string() }).parse(load(read(CHART, 'Chart.yaml')));

    expect(chart.appVersion).toBe(version);
    expect(read(base, 'kustomization.yaml')).toContain(`newTag: ${version}\n`);
  });
});
