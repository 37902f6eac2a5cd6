import { DiagLogLevel, diag } from '@opentelemetry/api';
import { getNumberFromEnv, setGlobalErrorHandler } from '@opentelemetry/core';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import {
  type Resource,
  defaultResource,
  detectResources,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
  serviceInstanceIdDetector,
  serviceNameEnvDetector,
} from '@opentelemetry/resources';
import { BatchSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import type { Clock } from '../clock/index.js';
import { AttemptSpans } from './attempt-spans.js';
import { LossReport } from './loss-report.js';
import { OpenRequests } from './open-requests.js';
import { RequestSpans } from './request-spans.js';
import { samplerOf } from './sampler.js';
import { fitForLog } from './sdk-messages.js';
import type { TraceSettings } from '../config/index.js';
import type { Tracing } from './tracing.js';

const NAME = 'llm-proxy';

/** How long what is left may take to be sent at the end, ms. */
const FLUSH_TIME = 2000;

/** A client chooses the names of its models, and none is that long; characters. */
const LONGEST_VALUE = 1024;

/** Starts the SDK. Nothing of it becomes global but what hears of its errors. */
export function startSdk(
  settings: TraceSettings,
  clock: Clock,
  warn: (words: string) => void,
): Tracing {
  const losses = new LossReport(clock, warn);
  setGlobalErrorHandler((error) => {
    losses.exportFailed(error);
  });
  hearWarnings(warn);
  const provider = new TracerProvider({
    resource: resource(),
    sampler: samplerOf(settings.sampling),
    spanLimits: { attributeValueLengthLimit: LONGEST_VALUE },
    spanProcessors: [batches(settings)],
  });
  const tracer = provider.getTracer(NAME);
  const open = new OpenRequests();
  return {
    requests: new RequestSpans(tracer, open),
    attempts: new AttemptSpans(tracer, open),
    stop: () => finish(provider, clock, losses),
  };
}

/** @returns what all spans say of this process; the environment has the last word */
function resource(): Resource {
  return defaultResource()
    .merge(resourceFromAttributes({ 'service.name': NAME }))
    .merge(
      detectResources({
        detectors: [
          serviceInstanceIdDetector,
          resourceAttributesEnvDetector,
          serviceNameEnvDetector,
        ],
      }),
    );
}

/** Endpoint, headers, timeout, compression and certificates: the exporter reads them by itself. */
function batches({ encoding }: TraceSettings): BatchSpanProcessor {
  const exporter: SpanExporter = encoding === 'json' ? new JsonExporter() : new ProtobufExporter();
  const options = {
    scheduledDelayMillis: getNumberFromEnv('OTEL_BSP_SCHEDULE_DELAY'),
    exportTimeoutMillis: getNumberFromEnv('OTEL_BSP_EXPORT_TIMEOUT'),
    maxQueueSize: getNumberFromEnv('OTEL_BSP_MAX_QUEUE_SIZE'),
    maxExportBatchSize: getNumberFromEnv('OTEL_BSP_MAX_EXPORT_BATCH_SIZE'),
  };
  const given = Object.entries(options).filter(([, value]) => value !== undefined && value > 0);
  return new BatchSpanProcessor({ exporter, ...Object.fromEntries(given) });
}

function hearWarnings(warn: (words: string) => void): void {
  const hear = (message: string): void => {
    if (fitForLog(message)) {
      warn(`traces: ${message}`);
    }
  };
  const ignore = (): void => undefined;
  const listener = { error: hear, warn: hear, info: ignore, debug: ignore, verbose: ignore };
  diag.setLogger(listener, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
}

async function finish(provider: TracerProvider, clock: Clock, losses: LossReport): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = clock.setTimer(FLUSH_TIME, () => {
      losses.lost('the collector did not take the last ones in time');
      resolve();
    });
    void provider
      .shutdown()
      .catch((error: unknown) => {
        losses.exportFailed(error);
      })
      .then(() => {
        timer.clear();
        resolve();
      });
  });
}
