/** `npm run dashboards`: writes deploy/grafana/dashboards/ anew. */
import { writeFileSync } from 'node:fs';
import { dashboardFiles } from './dashboards/index.ts';

for (const [file, text] of dashboardFiles()) {
  writeFileSync(new URL(`../grafana/dashboards/${file}`, import.meta.url), text);
}
