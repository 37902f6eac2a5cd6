import { readFileSync, readdirSync } from 'node:fs';
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

  it('tells of a Secret with every key that the example needs', () => {
    const config = read(MANIFESTS, 'overlays', 'production', 'config.yaml');
    const needed = [...config.matchAll(/\$\{(\w+)\}/gu)].map(([, key]) => key);
    const told = [...read(MANIFESTS, 'README.md').matchAll(/--from-literal=(\w+)=/gu)];

    expect(needed).toContain('SPARE_API_KEY');
    expect(told.map(([, key]) => key).sort()).toStrictEqual(needed.sort());
  });

  it('carries the alert rules of deploy/prometheus', () => {
    const carried = rules.parse(load(read(CHART, 'files', 'alerts.yaml')));
    const source = rules.parse(load(read(ALERTS)));

    expect(carried.groups).toStrictEqual(source.groups);
  });

  it('names the version of the proxy in the chart and in the manifests', () => {
    const { version } = z.object({ version: z.string() }).parse(JSON.parse(read('package.json')));
    const chart = z.looseObject({ appVersion: z.string() }).parse(load(read(CHART, 'Chart.yaml')));

    expect(chart.appVersion).toBe(version);
    expect(read(base, 'kustomization.yaml')).toContain(`newTag: ${version}\n`);
  });
});
