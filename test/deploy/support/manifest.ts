import { loadAll } from 'js-yaml';
import { z } from 'zod';

const labels = z.record(z.string(), z.string());

const manifest = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), annotations: labels.optional() }),
});

/** An object of Kubernetes, of which no more is known than that it is one. */
export type Manifest = z.infer<typeof manifest>;

const probe = z.looseObject({ httpGet: z.looseObject({ path: z.string(), port: z.string() }) });
const selector = z.looseObject({ matchLabels: labels });

const securityContext = z.looseObject({
  allowPrivilegeEscalation: z.boolean().optional(),
  readOnlyRootFilesystem: z.boolean().optional(),
  capabilities: z.looseObject({ drop: z.array(z.string()) }).optional(),
});

const container = z.looseObject({
  name: z.string(),
  image: z.string(),
  securityContext: securityContext.optional(),
});

const proxyContainer = container.extend({
  ports: z.array(z.looseObject({ name: z.string(), containerPort: z.number() })),
  env: z.array(z.looseObject({ name: z.string(), value: z.string().optional() })),
  envFrom: z
    .array(z.looseObject({ secretRef: z.looseObject({ name: z.string() }).optional() }))
    .default([]),
  startupProbe: probe,
  livenessProbe: probe,
  readinessProbe: probe,
  lifecycle: z
    .looseObject({ preStop: z.looseObject({ sleep: z.looseObject({ seconds: z.number() }) }) })
    .optional(),
  volumeMounts: z.array(z.looseObject({ name: z.string(), mountPath: z.string() })),
});

/** What the checks read of a Deployment whose first container is the proxy. */
export const deployment = z.looseObject({
  spec: z.looseObject({
    replicas: z.number().optional(),
    selector,
    template: z.looseObject({
      metadata: z.looseObject({ labels, annotations: labels }),
      spec: z.looseObject({
        terminationGracePeriodSeconds: z.number(),
        automountServiceAccountToken: z.boolean(),
        securityContext: z.looseObject({
          runAsNonRoot: z.boolean(),
          runAsUser: z.number(),
          seccompProfile: z.looseObject({ type: z.string() }),
        }),
        containers: z.tuple([proxyContainer], container),
        topologySpreadConstraints: z.array(z.looseObject({ labelSelector: selector })),
      }),
    }),
  }),
});

export const service = z.looseObject({
  spec: z.looseObject({
    selector: labels,
    ports: z.array(z.looseObject({ name: z.string(), port: z.number(), targetPort: z.string() })),
  }),
});

/** What selects the proxy's pods: a PodDisruptionBudget, a NetworkPolicy. */
export const podDisruptionBudget = z.looseObject({ spec: z.looseObject({ selector }) });
export const networkPolicy = z.looseObject({ spec: z.looseObject({ podSelector: selector }) });

export const autoscaler = z.looseObject({
  spec: z.looseObject({ scaleTargetRef: z.looseObject({ kind: z.string(), name: z.string() }) }),
});

export const serviceMonitor = z.looseObject({
  spec: z.looseObject({
    selector,
    endpoints: z.array(z.looseObject({ port: z.string(), path: z.string() })),
  }),
});

export const configMap = z.looseObject({ data: z.looseObject({ 'config.yaml': z.string() }) });
export const secret = z.looseObject({ stringData: z.record(z.string(), z.string()) });

/** The manifests in a YAML text, in its order; documents without content are none. */
export function readManifests(yaml: string): readonly Manifest[] {
  return loadAll(yaml)
    .filter((document) => document !== null && document !== undefined)
    .map((document) => manifest.parse(document));
}

/** @returns those of a kind, as their schema has them */
export function allOf<Shape>(
  manifests: readonly Manifest[],
  kind: string,
  schema: z.ZodType<Shape>,
): readonly Shape[] {
  return manifests.filter((one) => one.kind === kind).map((one) => schema.parse(one));
}

/** @returns the only one of a kind */
export function onlyOne<Shape>(
  manifests: readonly Manifest[],
  kind: string,
  schema: z.ZodType<Shape>,
): Shape {
  const [first, ...others] = allOf(manifests, kind, schema);
  if (first === undefined || others.length > 0) {
    throw new Error(`there must be one ${kind}`);
  }
  return first;
}
