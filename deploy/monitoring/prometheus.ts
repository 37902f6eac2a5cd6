import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { freePort } from '../../bench/machine/free-port.ts';
import { start } from './programs.ts';

/** Where the files that ship for Prometheus are. */
export const PROMETHEUS_FILES = new URL('../prometheus/', import.meta.url).pathname;

const seriesSchema = z.object({
  metric: z.record(z.string(), z.string()),
  /** Times, in seconds since 1970, and the values then, as Prometheus writes them. */
  values: z.array(z.tuple([z.number(), z.string()])),
});

const rangeSchema = z.object({ result: z.array(seriesSchema) });

const alertsSchema = z.object({
  alerts: z.array(z.object({ labels: z.object({ alertname: z.string() }) })),
});

const answerSchema = z.object({ data: z.unknown(), error: z.string().optional() });

/** One line of an answer. */
export type Series = z.infer<typeof seriesSchema>;

export interface Span {
  /** Seconds since 1970. */
  readonly from: number;
  readonly to: number;
  /** Seconds between two points. */
  readonly step: number;
}

/** How long it may take to start, ms. */
const PATIENCE = 30_000;

/** A Prometheus that runs for the check. */
export class Prometheus {
  readonly #address: string;

  private constructor(port: number) {
    this.#address = `http://127.0.0.1:${port}`;
  }

  /**
   * Starts it with the files that ship; only where the proxy is, and how often it is looked at, differ.
   * @throws Error with its complaints when it does not start
   */
  static async start(program: string, directory: string, proxyPort: number): Promise<Prometheus> {
    const shipped = readFileSync(join(PROMETHEUS_FILES, 'prometheus.yml'), 'utf8');
    const config = join(directory, 'prometheus.yml');
    const changed = shipped
      .replace('llm-proxy:18000', `127.0.0.1:${proxyPort}`)
      .replace('scrape_interval: 5s', 'scrape_interval: 1s')
      .replace('evaluation_interval: 15s', 'evaluation_interval: 1s')
      .replace('alerts.yaml', join(PROMETHEUS_FILES, 'alerts.yaml'));
    writeFileSync(config, changed);
    const port = await freePort();
    const complaints = start(program, [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(directory, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ]);
    const prometheus = new Prometheus(port);
    const patienceEnds = performance.now() + PATIENCE;
    while (!(await prometheus.#isReady())) {
      if (performance.now() > patienceEnds) {
        throw new Error(`Prometheus does not start:\n${complaints()}`);
      }
      await wait(50);
    }
    return prometheus;
  }

  async #isReady(): Promise<boolean> {
    try {
      return (await fetch(`${this.#address}/-/ready`)).ok;
    } catch {
      return false;
    }
  }

  /** @throws Error with what Prometheus says of the expression when it is wrong */
  async queryRange(expression: string, { from, to, step }: Span): Promise<readonly Series[]> {
    const asked = new URLSearchParams({
      query: expression,
      start: String(from),
      end: String(to),
      step: String(step),
    });
    return rangeSchema.parse(await this.#get(`query_range?${asked.toString()}`)).result;
  }

  /** @returns the values of a label over the series that match */
  async labelValues(label: string, selector: string): Promise<readonly string[]> {
    const asked = new URLSearchParams({ 'match[]': selector });
    return z.array(z.string()).parse(await this.#get(`label/${label}/values?${asked.toString()}`));
  }

  /** @returns the names of the alerts that fire, or will when it goes on like this */
  async activeAlerts(): Promise<ReadonlySet<string>> {
    const { alerts } = alertsSchema.parse(await this.#get('alerts'));
    return new Set(alerts.map(({ labels }) => labels.alertname));
  }

  async #get(path: string): Promise<unknown> {
    const response = await fetch(`${this.#address}/api/v1/${path}`);
    const { data, error } = answerSchema.parse(await response.json());
    if (data === undefined) {
      throw new Error(error ?? `Prometheus answered ${response.status}`);
    }
    return data;
  }
}
