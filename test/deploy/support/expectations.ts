import { expect } from '@jest/globals';
import { z } from 'zod';
import type { ProxyConfig } from '../../../src/config/index.js';
import { HEALTH_ROUTES } from '../../../src/health/index.js';
import { METRICS_ROUTES } from '../../../src/metrics/index.js';
import { flushTime } from './project.js';
import {
  type Manifest,
  allOf,
  autoscaler,
  deployment,
  networkPolicy,
  onlyOne,
  podDisruptionBudget,
  service,
  serviceMonitor,
} from './manifest.js';

/** To end the process, or all workers and then the first one, on a busy node, seconds. */
const EXIT = 2;

/** What the proxy itself needs after both of its times: to flush answers, then traces, and to exit, seconds. */
const FLUSH_AND_EXIT = flushTime('src/http/drain.ts') + flushTime('src/tracing/sdk.ts') + EXIT;

/** The times to stop in a configuration, ms. */
export type StopTimes = Pick<ProxyConfig['server'], 'drainDelay' | 'shutdownTimeout'>;

/** The pod is killed only when the proxy must have ended by itself. */
export function expectGraceToCover(manifests: readonly Manifest[], times: StopTimes): void {
  const pod = onlyOne(manifests, 'Deployment', deployment).spec.template.spec;
  const preStop = pod.containers[0].lifecycle?.preStop.sleep.seconds ?? 0;
  const proxy = (times.drainDelay + times.shutdownTimeout) / 1000;
  expect(pod.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(
    preStop + proxy + FLUSH_AND_EXIT,
  );
}

/** Probes, service and scrapes reach the port that the proxy listens on, at routes that it has. */
export function expectPortsAndRoutesToAgree(manifests: readonly Manifest[]): void {
  const proxy = onlyOne(manifests, 'Deployment', deployment).spec.template.spec.containers[0];
  expect(proxy.ports.map((port) => port.name)).toStrictEqual(['http']);
  const listensOn = proxy.env.find((variable) => variable.name === 'PORT')?.value;
  expect(listensOn).toBe(String(proxy.ports[0]?.containerPort));

  const probes = [proxy.startupProbe, proxy.livenessProbe, proxy.readinessProbe];
  expect(probes.map((probe) => probe.httpGet)).toStrictEqual([
    { path: '/health/live', port: 'http' },
    { path: '/health/live', port: 'http' },
    { path: '/health/ready', port: 'http' },
  ]);
  const healthPaths = HEALTH_ROUTES.flatMap((route) => route.paths);
  expect(healthPaths).toStrictEqual(
    expect.arrayContaining(probes.map((probe) => probe.httpGet.path)),
  );

  const ports = onlyOne(manifests, 'Service', service).spec.ports;
  expect(ports).toStrictEqual([expect.objectContaining({ name: 'http', targetPort: 'http' })]);
  for (const monitor of allOf(manifests, 'ServiceMonitor', serviceMonitor)) {
    expect(monitor.spec.endpoints).toHaveLength(1);
    expect(monitor.spec.endpoints[0]?.port).toBe('http');
    expect(METRICS_ROUTES.flatMap((route) => route.paths)).toContain(
      monitor.spec.endpoints[0]?.path,
    );
  }
}

/** Whatever selects pods selects those of the Deployment, and nothing else of the namespace. */
export function expectSelectorsToMatch(manifests: readonly Manifest[]): void {
  const { spec } = onlyOne(manifests, 'Deployment', deployment);
  const target = manifests.find((one) => one.kind === 'Deployment')?.metadata.name;
  const selectors = [
    spec.selector.matchLabels,
    onlyOne(manifests, 'Service', service).spec.selector,
    ...allOf(manifests, 'PodDisruptionBudget', podDisruptionBudget).map(
      (one) => one.spec.selector.matchLabels,
    ),
    ...allOf(manifests, 'NetworkPolicy', networkPolicy).map(
      (one) => one.spec.podSelector.matchLabels,
    ),
    ...spec.template.spec.topologySpreadConstraints.map((one) => one.labelSelector.matchLabels),
  ];
  for (const selected of selectors) {
    expect(Object.keys(selected)).not.toHaveLength(0);
    expect(spec.template.metadata.labels).toMatchObject(selected);
  }
  for (const one of allOf(manifests, 'HorizontalPodAutoscaler', autoscaler)) {
    expect(one.spec.scaleTargetRef).toMatchObject({ kind: 'Deployment', name: target });
    expect(spec.replicas).toBeUndefined();
  }
  const serviceLabels = manifests.find((one) => one.kind === 'Service')?.metadata;
  for (const monitor of allOf(manifests, 'ServiceMonitor', serviceMonitor)) {
    expect(z.looseObject({ labels: z.unknown() }).parse(serviceLabels).labels).toMatchObject(
      monitor.spec.selector.matchLabels,
    );
  }
}

/**
 * The pod security standard `restricted`, and a root file system that nobody can write to.
 * https://kubernetes.io/docs/concepts/security/pod-security-standards/
 *
 * @param user the numeric user of the image
 */
export function expectRestrictedPods(manifests: readonly Manifest[], user: number): void {
  const pod = onlyOne(manifests, 'Deployment', deployment).spec.template.spec;
  expect(pod.automountServiceAccountToken).toBe(false);
  expect(pod.securityContext).toMatchObject({
    runAsNonRoot: true,
    runAsUser: user,
    seccompProfile: { type: 'RuntimeDefault' },
  });
  for (const { securityContext } of pod.containers) {
    expect(securityContext).toMatchObject({
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
    });
  }
  const [proxy] = pod.containers;
  expect(proxy.securityContext?.readOnlyRootFilesystem).toBe(true);
  expect(proxy.volumeMounts.map((mount) => mount.mountPath)).toContain('/tmp');
}
