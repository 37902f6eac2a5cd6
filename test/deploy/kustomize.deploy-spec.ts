import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import {
  MANIFESTS,
  expectGraceToCover,
  expectPortsAndRoutesToAgree,
  expectRestrictedPods,
  expectSelectorsToMatch,
  imageUser,
  loadMountedConfig,
  mistakesIn,
  output,
  readManifests,
} from './support/index.js';

const KEYS = { MASTER_API_KEY: 'm', OPENAI_API_KEY: 'o', SPARE_API_KEY: 's' };

describe.each(['base', 'overlays/production'])('deploy/kubernetes/%s', (name) => {
  const yaml = output('kustomize', ['build', join(MANIFESTS, name)]);
  const manifests = readManifests(yaml);

  it('is valid for Kubernetes', () => {
    expect(mistakesIn(yaml)).toStrictEqual([]);
  });

  it('holds a configuration that the proxy takes, and a grace period that covers its drain', () => {
    const config = loadMountedConfig(manifests, { environment: KEYS });

    expect(config.server.masterApiKey).toBeDefined();
    expectGraceToCover(manifests, config.server);
  });

  it('has probes, ports and selectors that agree', () => {
    expectPortsAndRoutesToAgree(manifests);
    expectSelectorsToMatch(manifests);
  });

  it('runs without rights', () => {
    expectRestrictedPods(manifests, imageUser());
  });
});
