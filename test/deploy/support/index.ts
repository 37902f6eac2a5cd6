export {
  expectGraceToCover,
  expectPortsAndRoutesToAgree,
  expectRestrictedPods,
  expectSelectorsToMatch,
} from './expectations.js';
export { deployment, onlyOne, readManifests } from './manifest.js';
export { loadMountedConfig } from './mounted-config.js';
export { ALERTS, CHART, MANIFESTS, imageUser } from './project.js';
export { mistakesIn, output, runTool } from './tools.js';
