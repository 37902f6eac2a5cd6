import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { z } from 'zod';
import { PROMETHEUS_FILES } from './prometheus.ts';

const DASHBOARDS = new URL('../grafana/dashboards/', import.meta.url).pathname;

/** A PromQL expression, and where it stands. */
export interface Expression {
  readonly place: string;
  readonly text: string;
}

const panelSchema = z.object({
  type: z.string(),
  title: z.string(),
  description: z.string().optional(),
  gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
  fieldConfig: z.object({ defaults: z.object({ unit: z.string().optional() }) }).optional(),
  targets: z.array(z.object({ expr: z.string(), legendFormat: z.string() })).default([]),
});

const dashboardSchema = z.object({
  title: z.string(),
  panels: z.array(panelSchema),
  templating: z.object({ list: z.array(z.object({ type: z.string(), query: z.string() })) }),
});

const ruleSchema = z.object({
  alert: z.string(),
  expr: z.string(),
  labels: z.record(z.string(), z.string()),
  annotations: z.record(z.string(), z.string()),
});

const alertsSchema = z.object({ groups: z.array(z.object({ rules: z.array(ruleSchema) })) });

/** A panel as its file has it: what of it is of interest here. */
export type Panel = z.infer<typeof panelSchema>;

export type Dashboard = z.infer<typeof dashboardSchema>;

export type Rule = z.infer<typeof ruleSchema>;

/** @returns the dashboards that ship */
export function readDashboards(): readonly Dashboard[] {
  return readdirSync(DASHBOARDS).map((file) =>
    dashboardSchema.parse(JSON.parse(readFileSync(join(DASHBOARDS, file), 'utf8'))),
  );
}

/** @returns the alerts that ship */
export function readAlerts(): readonly Rule[] {
  const text = readFileSync(join(PROMETHEUS_FILES, 'alerts.yaml'), 'utf8');
  return alertsSchema.parse(load(text)).groups.flatMap(({ rules }) => rules);
}

/** @returns all expressions of the panels, with everything chosen where there is a choice */
export function panelExpressions(dashboards: readonly Dashboard[]): readonly Expression[] {
  return dashboards.flatMap(({ title, panels }) =>
    panels.flatMap((panel) =>
      panel.targets.map(({ expr }) => ({
        place: `${title} / ${panel.title}`,
        text: withValues(expr),
      })),
    ),
  );
}

/**
 * An alert's expression gives nothing as long as all is well, so nothing would show that it looks at
 * something. With `bool` behind each comparison it gives 0 or 1 for all that it looks at.
 *
 * @returns the expressions of the alerts, in that form
 */
export function alertExpressions(alerts: readonly Rule[]): readonly Expression[] {
  return alerts.map(({ alert, expr }) => ({
    place: `alert ${alert}`,
    text: expr.replaceAll(/ (==|<|>) /g, ' $1 bool '),
  }));
}

/** Puts in what Grafana puts in for the variables of an expression, when everything is chosen. */
export function withValues(expression: string): string {
  return expression
    .replaceAll('$__rate_interval', '10s')
    .replaceAll(/\$(job|instance|model|provider)\b/g, '.*');
}

/** @returns the label and the series that a `label_values(series, label)` asks for */
export function readLabelQuery(query: string): { label: string; selector: string } | undefined {
  const [, selector, label] = /^label_values\((.*), (\w+)\)$/.exec(query) ?? [];
  return selector === undefined || label === undefined
    ? undefined
    : { label, selector: withValues(selector) };
}
