import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigLoader, type ProxyConfig } from '../../../src/config/index.js';
import { type Manifest, allOf, configMap, onlyOne, secret } from './manifest.js';

export interface MountOptions {
  /** Variables from Secrets that are not among the manifests. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Files that the pod has and this machine has not: path there → path here. */
  readonly files?: Readonly<Record<string, string>>;
}

/**
 * Loads the configuration of the manifests the way the proxy in the pod does: `config.yaml` from the
 * ConfigMap, keys from the Secret, as a file `.env` beside it or as the environment.
 *
 * @throws ConfigError with everything that is wrong with it
 */
export function loadMountedConfig(
  manifests: readonly Manifest[],
  options: MountOptions = {},
): ProxyConfig {
  const { environment = {}, files = {} } = options;
  const keys = allOf(manifests, 'Secret', secret)[0]?.stringData ?? {};
  const { '.env': envFile, ...variables } = keys;
  let yaml = onlyOne(manifests, 'ConfigMap', configMap).data['config.yaml'];
  for (const [there, here] of Object.entries(files)) {
    yaml = yaml.replaceAll(there, here);
  }

  const directory = mkdtempSync(join(tmpdir(), 'llm-proxy-mounted-'));
  try {
    writeFileSync(join(directory, 'config.yaml'), yaml);
    if (envFile !== undefined) {
      writeFileSync(join(directory, '.env'), envFile);
    }
    return new ConfigLoader({
      environment: { ...environment, ...variables },
      workingDirectory: directory,
      file: join(directory, 'config.yaml'),
    }).load();
  } finally {
    rmSync(directory, { recursive: true });
  }
}
