import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));

export const CHART = join(PROJECT, 'deploy/helm/llm-proxy');
export const MANIFESTS = join(PROJECT, 'deploy/kubernetes');
export const ALERTS = join(PROJECT, 'deploy/prometheus/alerts.yaml');

/**
 * Reads it where it stands: it is nobody else's business, save that of who gives the process its time.
 *
 * @param file - of the source, from the project's folder
 * @returns its FLUSH_TIME, seconds; NaN when it has none, which no comparison passes
 */
export function flushTime(file: string): number {
  const source = readFileSync(join(PROJECT, file), 'utf8');
  return Number(/^const FLUSH_TIME = (\d+);/mu.exec(source)?.[1]) / 1000;
}

/** @returns the number of the user that the image runs as */
export function imageUser(): number {
  const dockerfile = readFileSync(join(PROJECT, 'Dockerfile'), 'utf8');
  return Number(/^USER (\d+)/mu.exec(dockerfile)?.[1]);
}
