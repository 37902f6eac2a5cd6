import { type DashboardBuilder, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { type Query, SCOPE, dashboard, graph, number, quantiles, rate } from './panels.ts';

/** What the proxy itself costs, and which configuration it runs. */
export function processes(): DashboardBuilder {
  const board = dashboard(
    'llm-proxy-process',
    'llm-proxy: the process',
    'What the proxy itself costs in time, CPU and memory, and which configuration it runs.',
  );
  addCost(board);
  addWorkers(board);
  addConfiguration(board);
  return board;
}

function addCost(board: DashboardBuilder): void {
  board
    .withRow(new RowBuilder('Cost'))
    .withPanel(
      graph({
        title: 'Added by the proxy',
        description:
          'What the proxy added before an answer began: all time but upload and provider.',
        unit: 's',
        queries: quantiles('llm_proxy_overhead_seconds'),
      }),
    )
    .withPanel(
      graph({
        title: 'Event-loop lag',
        description:
          'How late the turns of the event loop come. It lags when a core is not enough.',
        unit: 's',
        queries: [
          byInstance('nodejs_eventloop_lag_p50_seconds', 'p50'),
          byInstance('nodejs_eventloop_lag_p99_seconds', 'p99'),
        ],
      }),
    )
    .withPanel(
      graph({
        title: 'CPU',
        description: 'Cores in use; a process can use little more than one.',
        unit: 'short',
        queries: [
          {
            expression: `sum by (instance) (${rate('process_cpu_seconds_total')})`,
            legend: '{{instance}}',
          },
        ],
      }),
    )
    .withPanel(
      graph({
        title: 'Memory',
        description: 'What the system counts, and of that the heap and what lies beside it.',
        unit: 'bytes',
        queries: [
          byInstance('process_resident_memory_bytes', 'resident'),
          byInstance('nodejs_heap_size_used_bytes', 'heap'),
          byInstance('nodejs_external_memory_bytes', 'external'),
        ],
      }),
    )
    .withPanel(
      graph({
        title: 'Garbage collection',
        description: 'The part of the time that it takes, by kind.',
        unit: 'percentunit',
        queries: [
          {
            expression: `sum by (kind) (${rate('nodejs_gc_duration_seconds_sum')})`,
            legend: '{{kind}}',
          },
        ],
      }),
    )
    .withPanel(
      graph({
        title: 'Open files',
        description: 'Connections, mostly.',
        unit: 'short',
        queries: [byInstance('process_open_fds', 'open')],
      }),
    );
}

function addWorkers(board: DashboardBuilder): void {
  board
    .withRow(new RowBuilder('Workers'))
    .withPanel(
      graph({
        title: 'Workers',
        description: 'Processes that serve behind one address, where there is more than one.',
        unit: 'short',
        queries: [byInstance('llm_proxy_workers', 'serve')],
      }),
    )
    .withPanel(
      graph({
        title: 'Workers replaced',
        description: 'How many ended by themselves in 15 minutes, each with its running requests.',
        unit: 'short',
        queries: [
          {
            expression: `sum by (instance) (increase(llm_proxy_worker_restarts_total{${SCOPE}}[15m]))`,
            legend: '{{instance}}',
          },
        ],
      }),
    );
}

function addConfiguration(board: DashboardBuilder): void {
  board
    .withRow(new RowBuilder('Configuration'))
    .withPanel(
      number({
        title: 'Replicas',
        description: 'Processes that report.',
        unit: 'short',
        queries: [{ expression: `count(llm_proxy_config_info{${SCOPE}})`, legend: 'replicas' }],
      }),
    )
    .withPanel(
      number({
        title: 'Configurations in use',
        description: 'More than one for longer than an update takes: replicas differ.',
        unit: 'short',
        queries: [
          {
            expression: `count(count by (hash) (llm_proxy_config_info{${SCOPE}}))`,
            legend: 'configurations',
          },
        ],
      }),
    )
    .withPanel(
      number({
        title: 'Refused',
        description: 'Replicas that refused the configuration they read last, and run the old one.',
        unit: 'short',
        queries: [
          {
            expression: `count(llm_proxy_config_last_reload_successful{${SCOPE}} == 0) or vector(0)`,
            legend: 'refused',
          },
        ],
      }),
    )
    .withPanel(
      number({
        title: 'In use since',
        description:
          'The time since the configuration in use was read, at the replica of which it is longest ago.',
        unit: 's',
        queries: [since('llm_proxy_config_last_reload_success_timestamp_seconds', 'in use')],
      }),
    )
    .withPanel(
      number({
        title: 'Last read',
        description: 'The time since a configuration was last read, refused or not.',
        unit: 's',
        queries: [since('llm_proxy_config_last_reload_timestamp_seconds', 'read')],
      }),
    )
    .withPanel(
      number({
        title: 'Youngest process',
        description: 'The time since a replica last started.',
        unit: 's',
        queries: [
          {
            expression: `time() - max(process_start_time_seconds{${SCOPE}})`,
            legend: 'youngest',
          },
        ],
      }),
    );
}

function byInstance(gauge: string, name: string): Query {
  return {
    expression: `max by (instance) (${gauge}{${SCOPE}})`,
    legend: `{{instance}} ${name}`,
  };
}

function since(timestamp: string, legend: string): Query {
  return { expression: `time() - min(${timestamp}{${SCOPE}})`, legend };
}
