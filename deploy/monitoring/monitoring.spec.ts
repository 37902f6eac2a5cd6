import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { dashboardFiles } from './dashboards/index.ts';
import { readAlerts, readDashboards } from './expressions.ts';

const read = (file: string): string =>
  readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

describe('the dashboards', () => {
  it.each([...dashboardFiles()])('%s is what `npm run dashboards` writes', (file, text) => {
    expect(read(`deploy/grafana/dashboards/${file}`)).toBe(text);
  });

  it('say of each panel what it shows', () => {
    const panels = readDashboards().flatMap((dashboard) => dashboard.panels);
    const silent = panels.filter(
      ({ type, description = '' }) => type !== 'row' && description === '',
    );

    expect(panels.length).toBeGreaterThan(30);
    expect(silent).toStrictEqual([]);
  });
});

describe('the alerts', () => {
  it.each(readAlerts().map((rule) => [rule.alert, rule] as const))(
    '%s says how bad it is, what it is, and what to do',
    (alert, { labels, annotations }) => {
      const anchor = alert.toLowerCase();
      const operations = read('docs/operations.md');

      expect(labels['severity']).toMatch(/^(critical|warning)$/);
      expect(annotations).toStrictEqual({
        summary: expect.any(String),
        description: expect.any(String),
        runbook_url: `docs/operations.md#${anchor}`,
      });
      expect(operations.toLowerCase()).toContain(`\n### ${anchor}\n`);
    },
  );

  it.each(readAlerts().map(({ alert }) => alert))('%s has a test', (alert) => {
    expect(read('deploy/prometheus/alerts.test.yaml')).toContain(`alertname: ${alert}\n`);
  });
});
