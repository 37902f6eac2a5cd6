import { describe, expect, it, jest } from '@jest/globals';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { LateCounter, LateHistogram } from './late-handles.js';
import { LateObservations } from './late-observations.js';

/** Metrics that are told late, as metric-definitions.ts has them. */
class Stage {
  readonly late = new LateObservations();
  readonly #registry = new Registry();
  readonly counter = new Counter({ ...this.#settings('counter'), labelNames: ['label'] });
  readonly gauge = new Gauge({ ...this.#settings('gauge'), labelNames: ['label'] });
  readonly histogram = new Histogram({
    ...this.#settings('histogram'),
    labelNames: ['label'],
    buckets: [1, 2],
  });

  /** @returns the lines of the page that are no comments */
  async lines(): Promise<readonly string[]> {
    const page = await this.#registry.metrics();
    return page.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  }

  #settings(name: string): {
    name: string;
    help: string;
    registers: Registry[];
    collect: (this: object) => void;
  } {
    const { late } = this;
    return {
      name,
      help: name,
      registers: [this.#registry],
      collect() {
        late.settle(this);
      },
    };
  }
}

describe('LateObservations', () => {
  it('has a counter told all that was counted', async () => {
    const stage = new Stage();
    const counter = stage.late.counter(stage.counter, ['label']);

    counter.of('a').inc();
    counter.of('a').inc(2);
    counter.of('b').inc();

    expect(await stage.lines()).toStrictEqual(['counter{label="a"} 3', 'counter{label="b"} 1']);
  });

  it('has it told each count once', async () => {
    const stage = new Stage();
    const counter = stage.late.counter(stage.counter, ['label']);

    counter.of('a').inc();
    await stage.lines();
    counter.of('a').inc();

    expect(await stage.lines()).toStrictEqual(['counter{label="a"} 2']);
    expect(await stage.lines()).toStrictEqual(['counter{label="a"} 2']);
  });

  it('takes an explicit zero for a count', async () => {
    const stage = new Stage();

    stage.late.counter(stage.counter, ['label']).of('a').inc(0);

    expect(await stage.lines()).toStrictEqual(['counter{label="a"} 0']);
  });

  it('has a gauge told where it stands', async () => {
    const stage = new Stage();
    const gauge = stage.late.gauge(stage.gauge, ['label']);

    gauge.of('a').inc();
    gauge.of('a').inc();
    gauge.of('a').dec();
    expect(await stage.lines()).toStrictEqual(['gauge{label="a"} 1']);

    gauge.of('a').dec();
    expect(await stage.lines()).toStrictEqual(['gauge{label="a"} 0']);
  });

  it.each([
    ['a few', 3],
    ['more than wait at most', 1201],
  ])('has a histogram told each of %s values once', async (_name, count) => {
    const stage = new Stage();
    const histogram = stage.late.histogram(stage.histogram, ['label']);

    for (let index = 0; index < count; index += 1) {
      histogram.of('a').observe(index === 0 ? 0.5 : 1.5);
    }

    const expected = [
      'histogram_bucket{le="1",label="a"} 1',
      `histogram_bucket{le="2",label="a"} ${count}`,
      `histogram_bucket{le="+Inf",label="a"} ${count}`,
      `histogram_sum{label="a"} ${0.5 + 1.5 * (count - 1)}`,
      `histogram_count{label="a"} ${count}`,
    ];
    expect(await stage.lines()).toStrictEqual(expected);
    expect(await stage.lines()).toStrictEqual(expected);
  });
});

describe('LateObservations: a metric that says no', () => {
  const refuse = (): never => {
    throw new TypeError('not a number');
  };

  it('is not told the same count again', () => {
    const inc = jest.fn<(by: number) => void>().mockImplementationOnce(refuse);
    const counter = new LateCounter({ inc });
    counter.inc(Infinity);
    expect(() => {
      counter.settle();
    }).toThrow('not a number');

    counter.inc(2);
    counter.settle();

    expect(inc).toHaveBeenLastCalledWith(2);
  });

  it('is not told the same values again', () => {
    const observe = jest.fn<(value: number) => void>().mockImplementationOnce(refuse);
    const histogram = new LateHistogram({ observe });
    histogram.observe(Infinity);
    expect(() => {
      histogram.settle();
    }).toThrow('not a number');

    histogram.observe(2);
    histogram.settle();

    expect(observe.mock.calls).toStrictEqual([[Infinity], [2]]);
  });

  it('is refused when it would never settle', () => {
    const counter = new Counter({ name: 'other', help: 'other', registers: [] });

    expect(() => new LateObservations().counter(counter, [])).toThrow('told late');
  });
});

describe('LateHistogram', () => {
  it('lets no more values wait than it can settle in a moment', () => {
    const observe = jest.fn<(value: number) => void>();
    const histogram = new LateHistogram({ observe });

    for (let index = 0; index < 499; index += 1) {
      histogram.observe(1.5);
    }
    expect(observe).not.toHaveBeenCalled();

    histogram.observe(1.5);
    expect(observe).toHaveBeenCalledTimes(500);
  });
});
