import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));

export const CHART = join(PROJECT, 'deploy/helm/llm-proxy');
export const MANIFESTS = join(PROJECT, 'deploy/kubernetes');
export const ALERTS = join(PROJECT, 'deploy/prometheus/alerts.yaml');

/** @returns the number of the user that the image runs as */
export function imageUser(): number {
  const dockerfile = readFileSync(join(PROJECT, 'Dockerfile'), 'utf8');
  return Number(/^USER (\d+)/mu.exec(dockerfile)?.[1]);
}
