import {
  type DashboardBuilder,
  MappingType,
  RowBuilder,
  type ValueMap,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as StateTimelineBuilder } from '@grafana/grafana-foundation-sdk/statetimeline';
import {
  SCOPE,
  SOURCE,
  choice,
  dashboard,
  graph,
  quantiles,
  rate,
  rateBy,
  target,
} from './panels.ts';

const PROVIDER = 'provider=~"$provider"';

/** The states of a breaker as its metric writes them. */
const BREAKER_STATES: ValueMap = {
  type: MappingType.ValueToText,
  options: {
    '0': { text: 'closed', color: 'green', index: 0 },
    '1': { text: 'half-open', color: 'yellow', index: 1 },
    '2': { text: 'open', color: 'red', index: 2 },
  },
};

/** Who of the providers is well, and what is done about those that are not. */
export function providers(): DashboardBuilder {
  const board = dashboard(
    'llm-proxy-providers',
    'llm-proxy: providers',
    'Who of the providers is well, and what is done about those that are not.',
  ).withVariable(
    choice('provider', 'label_values(llm_proxy_provider_health{job=~"$job"}, provider)'),
  );
  addHealth(board);
  addAttempts(board);
  addResilience(board);
  addStreams(board);
  return board;
}

function addHealth(board: DashboardBuilder): void {
  const states = {
    expression: `max by (provider, model) (llm_proxy_breaker_state{${SCOPE}, ${PROVIDER}})`,
    legend: '{{provider}}: {{model}}',
  };
  board
    .withRow(new RowBuilder('Health'))
    .withPanel(
      new StateTimelineBuilder()
        .title('Circuit breakers')
        .description('The worst of all replicas. all: the breaker of the provider itself.')
        .datasource(SOURCE)
        .mappings([BREAKER_STATES])
        .span(16)
        .height(8)
        .withTarget(target(states)),
    )
    .withPanel(
      graph({
        title: 'Replicas that use it',
        description: 'The part of the replicas whose breaker for the provider is closed.',
        unit: 'percentunit',
        queries: [
          {
            expression: `avg by (provider) (llm_proxy_provider_health{${SCOPE}, ${PROVIDER}})`,
            legend: '{{provider}}',
          },
        ],
      }),
    );
}

function addAttempts(board: DashboardBuilder): void {
  const attempts = 'llm_proxy_upstream_attempts_total';
  const ill = 'outcome=~"broken|timeout|credentials_refused|forbidden|interrupted|rate_limited"';
  board
    .withRow(new RowBuilder('Attempts'))
    .withPanel(
      graph({
        title: 'Attempts by provider',
        description: 'Calls, retries and hedges included.',
        unit: 'reqps',
        queries: [rateBy(attempts, ['provider'], PROVIDER)],
      }),
    )
    .withPanel(
      graph({
        title: 'Attempts that did not succeed',
        description: 'By how they ended: see "Outcomes of attempts" in docs/operations.md.',
        unit: 'reqps',
        queries: [rateBy(attempts, ['provider', 'outcome'], `${PROVIDER}, outcome!="success"`)],
      }),
    )
    .withPanel(
      graph({
        title: 'Failed by provider',
        description:
          'The part of the calls that the provider failed; mistakes of clients left out.',
        unit: 'percentunit',
        queries: [
          {
            expression: `sum by (provider) (${rate(attempts, `${PROVIDER}, ${ill}`)}) / sum by (provider) (${rate(attempts, PROVIDER)})`,
            legend: '{{provider}}',
          },
        ],
      }),
    )
    .withPanel(
      graph({
        title: 'Latency',
        description: "Until a stream's first content, or any other answer's last byte.",
        unit: 's',
        queries: quantiles('llm_proxy_provider_latency_seconds', {
          by: ['provider'],
          of: [0.5, 0.95],
        }),
      }),
    )
    .withPanel(
      graph({
        title: 'Speed of streams',
        description: 'Tokens of an answer by the time from its first content to its end, p50.',
        unit: 'short',
        queries: quantiles('llm_proxy_output_tokens_per_second', { by: ['provider'], of: [0.5] }),
      }),
    )
    .withPanel(
      graph({
        title: 'Tokens',
        description: 'Tokens a second, of prompts and answers, as the provider reported them.',
        unit: 'short',
        queries: [
          rateBy('llm_proxy_tokens_total', ['provider'], `${PROVIDER}, token_type="total"`),
        ],
      }),
    );
}

function addResilience(board: DashboardBuilder): void {
  board
    .withRow(new RowBuilder('Retries and stand-ins'))
    .withPanel(
      graph({
        title: 'Retries',
        description: 'Attempts after a failed one, by the provider that was asked then.',
        unit: 'reqps',
        queries: [rateBy('llm_proxy_retries_total', ['provider'], PROVIDER)],
      }),
    )
    .withPanel(
      graph({
        title: 'Retry budget left',
        description: 'Retries that could be made now. At 0 failures reach clients untried.',
        unit: 'short',
        queries: [
          {
            expression: `min by (instance) (llm_proxy_retry_budget_left{${SCOPE}})`,
            legend: '{{instance}}',
          },
        ],
      }),
    )
    .withPanel(
      graph({
        title: 'Stand-ins',
        description: 'Attempts at a model that stood in for the one asked for.',
        unit: 'reqps',
        queries: [
          {
            expression: `sum by (from, to) (${rate('llm_proxy_fallbacks_total')})`,
            legend: '{{from}} → {{to}}',
          },
        ],
      }),
    )
    .withPanel(
      graph({
        title: 'Hedges',
        description: 'Second providers asked beside a slow one, by what became of that.',
        unit: 'reqps',
        queries: [rateBy('llm_proxy_hedges_total', ['result'], PROVIDER)],
      }),
    )
    .withPanel(
      graph({
        title: 'Rate limits',
        description: 'Rate limits after which a model of the provider was left alone for a while.',
        unit: 'reqps',
        queries: [rateBy('llm_proxy_cooldowns_total', ['provider'], PROVIDER)],
      }),
    )
    .withPanel(
      graph({
        title: 'Changes of breakers',
        description: 'Changes of state, by the state that came of it.',
        unit: 'reqps',
        queries: [rateBy('llm_proxy_breaker_transitions_total', ['provider', 'to'], PROVIDER)],
      }),
    );
}

function addStreams(board: DashboardBuilder): void {
  board
    .withRow(new RowBuilder('Streams'))
    .withPanel(
      graph({
        title: 'Streams that broke',
        description: 'After they had begun, taken up again or not.',
        unit: 'reqps',
        queries: [rateBy('llm_proxy_stream_interruptions_total', ['provider', 'cause'], PROVIDER)],
      }),
    )
    .withPanel(
      graph({
        title: 'Streams taken up again',
        description: 'With stream_recovery: resume; lost: the client got the error event.',
        unit: 'reqps',
        queries: [rateBy('llm_proxy_stream_recoveries_total', ['provider', 'result'], PROVIDER)],
      }),
    )
    .withPanel(
      graph({
        title: 'Events that were dropped',
        description: 'Because their data was not JSON.',
        unit: 'eps',
        queries: [rateBy('llm_proxy_malformed_events_total', ['provider'], PROVIDER)],
      }),
    );
}
