import {
  type DataSourceRef,
  VizLegendOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  DashboardBuilder,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  VariableRefresh,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TimeSeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';

/** The replicas that are looked at: what every query of every panel narrows its metrics to. */
export const SCOPE = 'job=~"$job", instance=~"$instance"';

/** The source that its reader chose. */
export const SOURCE: DataSourceRef = { type: 'prometheus', uid: '${source}' };

/** Grafana's grid is 24 wide. */
const NUMBER_SIZE = { width: 4, height: 4 };
const GRAPH_SIZE = { width: 8, height: 8 };

export interface Query {
  readonly expression: string;
  /** What its series are called: Grafana puts labels in for `{{label}}`. */
  readonly legend: string;
}

export interface PanelText {
  readonly title: string;
  /** What it shows, and what to make of it. */
  readonly description: string;
  /** One of Grafana's unit ids. */
  readonly unit: string;
  readonly queries: readonly Query[];
}

/** Lines over time. */
export function graph({ title, description, unit, queries }: PanelText): TimeSeriesBuilder {
  const panel = new TimeSeriesBuilder()
    .title(title)
    .description(description)
    .datasource(SOURCE)
    .unit(unit)
    .min(0)
    .span(GRAPH_SIZE.width)
    .height(GRAPH_SIZE.height)
    .fillOpacity(8)
    .legend(new VizLegendOptionsBuilder().showLegend(true));
  for (const [index, query] of queries.entries()) {
    panel.withTarget(target(query, index));
  }
  return panel;
}

/** One number: the last. */
export function number({ title, description, unit, queries }: PanelText): StatBuilder {
  const panel = new StatBuilder()
    .title(title)
    .description(description)
    .datasource(SOURCE)
    .unit(unit)
    .min(0)
    .span(NUMBER_SIZE.width)
    .height(NUMBER_SIZE.height);
  for (const [index, query] of queries.entries()) {
    panel.withTarget(target(query, index));
  }
  return panel;
}

/** @param index - which of the panel's queries it is: Grafana calls them A, B, … */
export function target({ expression, legend }: Query, index = 0): DataqueryBuilder {
  return new DataqueryBuilder()
    .refId(String.fromCharCode('A'.charCodeAt(0) + index))
    .expr(expression)
    .legendFormat(legend)
    .range();
}

/** @returns a query for each quantile of a histogram, over the time between two points of a graph */
export function quantiles(
  histogram: string,
  { by = [], of = [0.5, 0.95, 0.99] }: { by?: readonly string[]; of?: readonly number[] } = {},
): Query[] {
  return of.map((quantile) => ({
    expression: `histogram_quantile(${quantile}, sum by (${['le', ...by].join(', ')}) (${rate(`${histogram}_bucket`)}))`,
    legend: [...by.map((label) => `{{${label}}}`), `p${quantile * 100}`].join(' '),
  }));
}

/** @returns how fast a counter grows, a second; `matchers` narrow it further */
export function rate(counter: string, matchers = ''): string {
  const selector = matchers === '' ? SCOPE : `${SCOPE}, ${matchers}`;
  return `rate(${counter}{${selector}}[$__rate_interval])`;
}

/** @returns a query for how fast a counter grows, for each value of a label */
export function rateBy(counter: string, labels: readonly string[], matchers = ''): Query {
  return {
    expression: `sum by (${labels.join(', ')}) (${rate(counter, matchers)})`,
    legend: labels.map((label) => `{{${label}}}`).join(' '),
  };
}

/** A variable by whose values, all of them at first, panels narrow what they show. */
export function choice(name: string, query: string): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .datasource(SOURCE)
    .query(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .multi(true)
    .includeAll(true)
    .allValue('.*')
    .current({ text: 'All', value: '$__all' });
}

/** What the dashboards have in common: the choice of replicas, the links between them. */
export function dashboard(uid: string, title: string, description: string): DashboardBuilder {
  return new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags(['llm-proxy'])
    .time({ from: 'now-1h', to: 'now' })
    .refresh('10s')
    .readonly()
    .link(
      new DashboardLinkBuilder('llm-proxy')
        .type(DashboardLinkType.Dashboards)
        .tags(['llm-proxy'])
        .keepTime(true)
        .includeVars(true),
    )
    .withVariable(new DatasourceVariableBuilder('source').label('source').type('prometheus'))
    .withVariable(choice('job', 'label_values(llm_proxy_config_info, job)'))
    .withVariable(choice('instance', 'label_values(llm_proxy_config_info{job=~"$job"}, instance)'));
}
