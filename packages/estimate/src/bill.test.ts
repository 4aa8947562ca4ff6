import { type Config, parseConfig } from '@plumbline/config';
import { describe, expect, test } from 'vitest';
import { type Bill, type BillOptions, estimateBill } from './bill.ts';
import { DEFAULT_PRICES } from './prices.ts';
import { averageRun, estimateRun } from './run-estimate.ts';
import { configWith, fleet } from './testing/configs.ts';

/** The cost of a line, or none where there is no such line. */
function costOf(bill: Bill, id: string): number | undefined {
  return bill.lines.find((line) => line.id === id)?.cost;
}

function amountOf(config: Config, id: string, options?: BillOptions): number | undefined {
  return estimateBill(config, options).lines.find((line) => line.id === id)?.amount;
}

describe('the bill of one metric every five minutes', () => {
  const bill = estimateBill(configWith('{emails: [a@example.com, b@example.com]}'));

  // 8,640 slots a month, at the prices of us-east-1.
  test.each([
    ['metrics-read', 0.0864], // 8.64 thousand at 0.01
    ['custom-metrics', 5.7], // 19 at 0.30
    ['alarms', 0.6], // 6 at 0.10
    ['dashboard', 3],
    ['lambda-requests', 0.001_728], // 8,640 at 0.20 a million
    ['s3-writes', 0.0432], // 8.64 thousand at 0.005
    ['s3-reads', 0.006_912], // 17.28 thousand at 0.0004
    ['sns-messages', 0.000_085_714], // 20 pages a week, each begins and ends: 171.4 at 0.50 a million
    ['sns-emails', 0.006_857_143], // twice that at 2 for 100,000
    ['events', 0.000_171_429], // the same pages at 1 a million: more than ten notices a month
    ['logs-ingested', 0.011_232], // 8,640 runs of 2,600 bytes at 0.50 a GB
  ])('has for %s %d', (id, expected) => {
    expect(costOf(bill, id)).toBeCloseTo(expected, 8);
  });

  test('has for the time of Lambda what its runs take', () => {
    // 1.8 s of waiting, and 0.3 s of a core of which 256 MB bring 256 / 1769, each run of a quarter of a GB.
    const seconds = 1.8 + 0.3 / (256 / 1769);
    const expected = 8640 * seconds * 0.25 * 0.000_013_333_4;
    expect(costOf(bill, 'lambda-seconds')! / expected).toBeCloseTo(1, 2);
  });

  test('has no line for what it does not use', () => {
    for (const id of ['list-requests', 'sqs-requests', 'key', 'key-requests']) {
      expect(costOf(bill, id)).toBeUndefined();
    }
  });

  test('is the sum of its lines', () => {
    expect(bill.cost).toBeCloseTo(
      bill.lines.reduce((sum, { cost }) => sum + cost, 0),
      10,
    );
    expect(bill.cost).toBeCloseTo(9.57, 2);
  });
});

describe('the bill of an estate', () => {
  test('of 1,000 series is reads above all, and a third of the anomaly alarms', () => {
    const bill = estimateBill(fleet(1000, '{shards: 2}'));
    expect(costOf(bill, 'metrics-read')).toBeCloseTo(86.4, 8); // 8.64 million at 0.01 a thousand
    expect(bill.instead.anomalyAlarms).toMatchObject({ alarms: 1000, metrics: 3000 });
    expect(bill.instead.anomalyAlarms.cost).toBeCloseTo(300, 8);
    expect(bill.instead.staticAlarms.cost).toBeCloseTo(100, 8);
    expect(bill.cost).toBeGreaterThan(95);
    expect(bill.cost).toBeLessThan(102);
  });

  test('of 20 shards has the planner, the queue and their metrics and alarms', () => {
    const config = fleet(10_000, '{shards: 20, concurrency: 5}');
    expect(amountOf(config, 'custom-metrics')).toBe(22);
    expect(amountOf(config, 'alarms')).toBe(8);
    expect(amountOf(config, 'lambda-requests')).toBe(8640 * 21);
    expect(amountOf(config, 's3-writes')).toBe(8640 * 20);
    // Workers read their state and their plan; the planner the silences, the plans and the desk.
    expect(amountOf(config, 's3-reads')).toBe(8640 * (40 + 22));
    // 2 sends, 20 receives, 20 deletions a slot; 5 pollers that ask three times a minute.
    expect(amountOf(config, 'sqs-requests')).toBe(8640 * 42 + 5 * 3 * 60 * 24 * 30);
    expect(estimateBill(config).cost).toBeLessThan(0.31 * 3000);
  });

  test('is read for a third where all is warm, and a twelfth where all is cold', () => {
    const { tiers, cost, lines } = estimateBill(fleet(300));
    const reads = lines.find(({ id }) => id === 'metrics-read')!.cost;
    expect(tiers.map(({ tier }) => tier)).toEqual(['hot', 'warm', 'cold']);
    expect(tiers[0]).toMatchObject({ readsCost: reads, cost });
    expect(tiers[1]!.readsCost).toBeCloseTo(reads / 3, 10);
    expect(tiers[2]!.readsCost).toBeCloseTo(reads / 12, 10);
    expect(tiers[2]!.cost).toBeLessThan(tiers[1]!.cost);
  });

  test('writes the state only in runs that look at something', () => {
    const hourly = fleet(1, '{}', { periodMs: 3_600_000 });
    expect(amountOf(hourly, 's3-writes')).toBeCloseTo(720, 8);
    expect(amountOf(hourly, 's3-reads')).toBe(17_280);
    // Forty series in their turns, which are spread over the hour: something in each slot.
    expect(amountOf(fleet(40, '{}', { readEveryMs: 3_600_000 }), 's3-writes')).toBe(8640);
    expect(amountOf(fleet(3, '{}', { readEveryMs: 3_600_000 }), 's3-writes')).toBeCloseTo(2160, 8);
  });

  test('has a key of its own, and what is asked of it', () => {
    const key = '{customerManagedKey: true, shards: 2}';
    expect(amountOf(fleet(10, key), 'key')).toBe(1);
    // 342.9 for the messages of pages, and three in each five minutes for the queue.
    expect(amountOf(fleet(10, key), 'key-requests')).toBeCloseTo(342.857 + 25_920, 2);
  });

  test('has an event for the beginning and the end of a notice in three days for each series', () => {
    expect(amountOf(fleet(500), 'events')).toBe(500 * 10 * 2);
    expect(amountOf(fleet(500, '{}', { sensitivity: 2 }), 'events')).toBe(500 * 20 * 2);
  });

  test('costs a quarter more time on x86_64', () => {
    const time = (deploy: string) => costOf(estimateBill(fleet(10, deploy)), 'lambda-seconds')!;
    expect(time('{architecture: x86_64}') / time('{}')).toBeCloseTo(
      0.000_016_666_7 / 0.000_013_333_4,
      8,
    );
  });

  test('says of a run that is too much for its time or memory what it takes', () => {
    expect(estimateBill(fleet(500)).tooMuch).toBeUndefined();
    const crowded = fleet(5000);
    const { seconds, memoryMb } = estimateRun(crowded);
    expect(estimateBill(crowded).tooMuch).toEqual({ seconds, memoryMb });
  });
});

describe('the average run', () => {
  test('is the estimated one where everything is due in each and nothing is divided', () => {
    expect(averageRun(fleet(300)).seconds).toBeCloseTo(estimateRun(fleet(300)).seconds, 10);
  });

  test('is less where turns are taken, periods are long, or shards are uneven', () => {
    for (const config of [
      fleet(3000, '{}', { readEveryMs: 3_600_000 }),
      fleet(300, '{}', { periodMs: 3_600_000 }),
      fleet(3000, '{shards: 6}'),
    ]) {
      expect(averageRun(config).seconds).toBeLessThan(estimateRun(config).seconds);
    }
  });
});

describe('how many series', () => {
  const config = fleet(100);

  test('are as many as may be where nobody has counted', () => {
    const [monitor] = estimateBill(config).monitors;
    expect(monitor).toMatchObject({
      metricsRead: 864_000,
      series: { watched: 100, by: 'assumed' },
    });
    expect(monitor!.cost).toBeCloseTo(8.64, 8);
    expect(monitor!.anomalyAlarms.cost).toBeCloseTo(30, 8);
  });

  test('are as many as are said, and no more than are watched', () => {
    const billOf = (found: number) =>
      estimateBill(config, { series: new Map([['CPU', { found, by: 'said' as const }]]) });
    expect(billOf(40).monitors[0]!.series).toEqual({ found: 40, watched: 40, by: 'said' });
    expect(billOf(700).monitors[0]!.series).toEqual({ found: 700, watched: 100, by: 'said' });
    // What is not watched is listed all the same.
    expect(costOf(billOf(700), 'list-requests')).toBeCloseTo(
      2 * costOf(billOf(40), 'list-requests')!,
      10,
    );
    expect(costOf(billOf(0), 'metrics-read')).toBeUndefined();
    expect(billOf(0).instead.anomalyAlarms.alarms).toBe(0);
  });

  test('are one where every dimension is named, whatever is said', () => {
    const series = new Map([['CPU', { found: 9, by: 'said' as const }]]);
    expect(estimateBill(configWith(), { series }).monitors[0]!.series).toMatchObject({
      watched: 1,
      by: 'named',
    });
  });
});

describe('files', () => {
  const file = '  - {name: Local, csv: a.csv}\n';

  test('cost nothing beside metrics', () => {
    const [alone, beside] = [estimateBill(configWith()), estimateBill(configWith('{}', file))];
    expect(beside.lines).toEqual(alone.lines);
    expect(beside.files).toEqual(['Local']);
    expect(beside.monitors.map(({ name }) => name)).toEqual(['CPU']);
  });

  test('alone have no bill at all', () => {
    const bill = estimateBill(parseConfig(`version: 1\nmonitors:\n${file}`));
    expect(bill).toMatchObject({ cost: 0, lines: [], monitors: [], tiers: [], tooMuch: undefined });
    expect(bill.instead.anomalyAlarms.cost).toBe(0);
  });
});

describe("CloudWatch's own alarms", () => {
  const anomaly = (config: Config) => estimateBill(config).instead.anomalyAlarms.cost;

  test('cost three metrics each, fast ones three times as much', () => {
    expect(anomaly(fleet(7))).toBeCloseTo(2.1, 8);
    expect(anomaly(fleet(7, '{}', { periodMs: 10_000 }))).toBeCloseTo(6.3, 8);
  });

  test('cost the same however seldom their metric is read here', () => {
    expect(anomaly(fleet(7, '{}', { readEveryMs: 3_600_000 }))).toBeCloseTo(2.1, 8);
  });

  test('on a fixed limit are plain ones in either case', () => {
    const limits = fleet(7, '{}', { detector: { type: 'static-threshold', above: 80 } });
    expect(anomaly(limits)).toBeCloseTo(0.7, 8);
  });

  test('on math look at each of its metrics, and at both ends of the band', () => {
    const math = parseConfig(`version: 1
monitors:
  - name: Errors
    expression:
      label: error rate
      formula: 100 * errors / requests
      metrics:
        errors: {namespace: N, name: e}
        requests: {namespace: N, name: r}
`);
    expect(anomaly(math)).toBeCloseTo(0.4, 8);
    expect(estimateBill(math).instead.staticAlarms.cost).toBeCloseTo(0.2, 8);
  });
});

describe('free tiers', () => {
  const bill = estimateBill(fleet(100), { freeTier: true });

  test('are taken off where there are some, and never from GetMetricData', () => {
    expect(costOf(bill, 'metrics-read')).toBeCloseTo(8.64, 8);
    expect(costOf(bill, 'list-requests')).toBe(0);
    expect(costOf(bill, 'custom-metrics')).toBeCloseTo(2.7, 8); // 9 of 19
    expect(costOf(bill, 'alarms')).toBe(0);
    expect(costOf(bill, 'dashboard')).toBe(0);
    expect(costOf(bill, 'lambda-seconds')).toBe(0);
    expect(bill.instead.anomalyAlarms).toMatchObject({ metrics: 300, free: 10 });
    expect(bill.instead.anomalyAlarms.cost).toBeCloseTo(29, 8);
  });

  test('end where they are used up: logs that are kept have what is left of logs that come', () => {
    const year = '{logRetention: 365d, schedule: 1m, shards: 20}';
    const lines = estimateBill(fleet(100, year), { freeTier: true }).lines;
    const [ingested, stored] = ['logs-ingested', 'logs-stored'].map(
      (id) => lines.find((line) => line.id === id)!,
    );
    // 43,200 slots of 20 runs and a plan: 2.32 GB, and of those 365 / 30.
    expect(ingested!.amount).toBeCloseTo((43_200 * (20 * 2600 + 1600)) / 1e9, 8);
    expect(stored!.amount).toBeCloseTo((ingested!.amount * 365) / 30, 8);
    expect(ingested!.free).toBeCloseTo(ingested!.amount, 8);
    expect(stored!.free).toBeCloseTo(5 - ingested!.amount, 8);
  });
});

test('prices are those that are given', () => {
  const { cloudWatch } = DEFAULT_PRICES;
  const prices = { ...DEFAULT_PRICES, cloudWatch: { ...cloudWatch, metricsReadPer1000: 0.02 } };
  const bill = estimateBill(fleet(100), { prices });
  expect(costOf(bill, 'metrics-read')).toBeCloseTo(17.28, 8);
  expect(bill.monitors[0]!.cost).toBeCloseTo(17.28, 8);
  expect(bill.prices).toBe(prices);
});
