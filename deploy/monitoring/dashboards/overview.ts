import { type DashboardBuilder, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { SCOPE, choice, dashboard, graph, number, quantiles, rate, rateBy } from './panels.ts';

const MODEL = 'model=~"$model"';
const FAILED = `${MODEL}, status_code=~"5.."`;
const requests = rate('llm_proxy_requests_total', MODEL);
const failures = rate('llm_proxy_requests_total', FAILED);

/** What clients get: is it fast, is it right, how much is it. */
export function overview(): DashboardBuilder {
  const board = dashboard(
    'llm-proxy-overview',
    'llm-proxy: overview',
    'What clients of the proxy get: traffic, errors, latency, tokens.',
  ).withVariable(choice('model', 'label_values(llm_proxy_requests_total{job=~"$job"}, model)'));
  addNumbers(board);
  addTraffic(board);
  addLatency(board);
  return board;
}

function addNumbers(board: DashboardBuilder): void {
  board
    .withPanel(
      number({
        title: 'Requests',
        description: 'Requests that ended, a second.',
        unit: 'reqps',
        queries: [{ expression: `sum(${requests})`, legend: 'requests' }],
      }),
    )
    .withPanel(
      number({
        title: 'Failed',
        description: 'The part of requests that ended with a 5xx.',
        unit: 'percentunit',
        queries: [
          {
            expression: `(sum(${failures}) or vector(0)) / sum(${requests})`,
            legend: 'failed',
          },
        ],
      }),
    )
    .withPanel(
      number({
        title: 'First token, p95',
        description: 'Of twenty streams, nineteen show their first content sooner.',
        unit: 's',
        queries: [
          {
            expression: `histogram_quantile(0.95, sum by (le) (${rate('llm_proxy_time_to_first_token_seconds_bucket', MODEL)}))`,
            legend: 'p95',
          },
        ],
      }),
    )
    .withPanel(
      number({
        title: 'Tokens',
        description: 'Tokens a second, of prompts and answers, as providers reported them.',
        unit: 'short',
        queries: [
          {
            expression: `sum(${rate('llm_proxy_tokens_total', `${MODEL}, token_type="total"`)})`,
            legend: 'tokens/s',
          },
        ],
      }),
    )
    .withPanel(
      number({
        title: 'Running',
        description: 'Requests that run now, streams included.',
        unit: 'short',
        queries: [{ expression: `sum(llm_proxy_active_requests{${SCOPE}})`, legend: 'running' }],
      }),
    )
    .withPanel(
      number({
        title: 'Providers out',
        description: 'Providers whose circuit breaker is not closed, at one replica at least.',
        unit: 'short',
        queries: [
          {
            expression: `count(min by (provider) (llm_proxy_provider_health{${SCOPE}}) == 0) or vector(0)`,
            legend: 'out',
          },
        ],
      }),
    );
}

function addTraffic(board: DashboardBuilder): void {
  board
    .withRow(new RowBuilder('Traffic and errors'))
    .withPanel(
      graph({
        title: 'Requests by status',
        description: 'What clients saw. 499: the client left first.',
        unit: 'reqps',
        queries: [rateBy('llm_proxy_requests_total', ['status_code'], MODEL)],
      }),
    )
    .withPanel(
      graph({
        title: 'Requests by model',
        description: 'The models that clients asked for; none: requests without one.',
        unit: 'reqps',
        queries: [rateBy('llm_proxy_requests_total', ['model'], MODEL)],
      }),
    )
    .withPanel(
      graph({
        title: 'Failed by model',
        description: 'The part of the requests for a model that ended with a 5xx.',
        unit: 'percentunit',
        queries: [
          {
            expression: `sum by (model) (${failures}) / sum by (model) (${requests})`,
            legend: '{{model}}',
          },
        ],
      }),
    )
    .withPanel(
      graph({
        title: 'Running by endpoint',
        description: 'Requests that run now.',
        unit: 'short',
        queries: [
          {
            expression: `sum by (endpoint) (llm_proxy_active_requests{${SCOPE}})`,
            legend: '{{endpoint}}',
          },
        ],
      }),
    )
    .withPanel(
      graph({
        title: 'Streams that broke',
        description: 'Streams that broke after they had begun, taken up again or not, by cause.',
        unit: 'reqps',
        queries: [rateBy('llm_proxy_stream_interruptions_total', ['cause'])],
      }),
    )
    .withPanel(
      graph({
        title: 'Clients that left',
        description: 'Before their answer was complete: while they sent, waited, or read a stream.',
        unit: 'reqps',
        queries: [rateBy('llm_proxy_client_disconnects_total', ['phase'])],
      }),
    );
}

function addLatency(board: DashboardBuilder): void {
  board
    .withRow(new RowBuilder('Latency and tokens'))
    .withPanel(
      graph({
        title: 'Time to first token',
        description: 'From a streamed request to its first content, by the model that answered.',
        unit: 's',
        queries: quantiles('llm_proxy_time_to_first_token_seconds', {
          by: ['model'],
          of: [0.5, 0.95],
        }),
      }),
    )
    .withPanel(
      graph({
        title: 'Duration',
        description: 'From the head of a request to the last byte of its answer, streams included.',
        unit: 's',
        queries: quantiles('llm_proxy_request_duration_seconds'),
      }),
    )
    .withPanel(
      graph({
        title: 'Speed of streams',
        description: 'Tokens of an answer by the time from its first content to its end.',
        unit: 'short',
        queries: quantiles('llm_proxy_output_tokens_per_second', { by: ['model'], of: [0.5] }),
      }),
    )
    .withPanel(
      graph({
        title: 'Tokens by type',
        description: 'Tokens a second, as providers reported them.',
        unit: 'short',
        queries: [
          rateBy('llm_proxy_tokens_total', ['token_type'], `${MODEL}, token_type!="total"`),
        ],
      }),
    )
    .withPanel(
      graph({
        title: 'Tokens by model',
        description: 'Tokens a second, of prompts and answers, by the model that answered.',
        unit: 'short',
        queries: [rateBy('llm_proxy_tokens_total', ['model'], `${MODEL}, token_type="total"`)],
      }),
    )
    .withPanel(
      graph({
        title: 'Added by the proxy',
        description: 'What the proxy itself added before an answer began.',
        unit: 's',
        queries: quantiles('llm_proxy_overhead_seconds', { of: [0.5, 0.99] }),
      }),
    );
}
