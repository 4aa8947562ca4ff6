import { describe, expect, test } from 'vitest';
import type { Chart, ChartMaker } from '../ports/chart-maker.ts';
import type { MetricSource } from '../ports/metric-source.ts';
import { createScenario, history, type RunChanges, TRAINED } from '../testing/scenario.ts';
import { PERIOD_MS } from '../testing/series.ts';
import type { Monitor } from './monitor.ts';

/** 150 is beyond the limit, and half as far off again each time is clearly worse. */
const LIMIT = { detector: { type: 'static-threshold', above: 100 } } as const;

/** Keeps what it is asked to draw. */
function album(make: ChartMaker['make'] = async ({ id }) => `https://charts/${id}`) {
  const charts: Chart[] = [];
  const maker: ChartMaker = {
    make(chart, options) {
      charts.push(chart);
      return make(chart, options);
    },
  };
  return { charts, maker };
}

interface Told {
  readonly happened?: readonly number[];
  readonly until?: number;
  readonly monitor?: Partial<Monitor>;
  readonly changes?: RunChanges;
  readonly make?: ChartMaker['make'];
}

/** What was told and drawn, from the training history on. */
async function after({ happened = [150], until = TRAINED, monitor, changes, make }: Told = {}) {
  const scenario = createScenario({ web: history(happened) }, { ...LIMIT, ...monitor });
  const { charts, maker } = album(make);
  const options = { charts: maker, ...changes };
  const reports = await scenario.runThrough(TRAINED - 1, until, options);
  const messages = scenario.sink.received.map(({ message }) => message);
  const notes = reports
    .flatMap((report) => report.notes)
    .flatMap(({ kind, message }) => (kind === 'no-chart' ? [message] : []));
  return { scenario, charts, messages, notes };
}

const texts = (svg: string) =>
  Array.from(svg.matchAll(/<t(?:ext|span)[^>]*>([^<]+)</g), ([, t]) => t);

describe('a page', () => {
  test('has a link to a picture of the last day, with the band that was learned anew', async () => {
    const { charts, messages, notes } = await after({
      monitor: {
        detector: { type: 'z-score', windowSamples: 30, warmupSamples: 20, threshold: 4 },
      },
    });

    expect(notes).toEqual([]);
    expect(messages[0]).toMatchObject({
      state: 'firing',
      chart_url: `https://charts/${messages[0]!.transition_id}`,
    });
    expect(charts.map(({ id }) => id)).toEqual([messages[0]!.transition_id]);
    const [{ svg }] = charts as [Chart];
    expect(texts(svg).slice(0, 3)).toEqual(['cpu', 'CPUUtilization · web', '150']);
    expect(texts(svg)[3]).toMatch(/^usual 5\d/);
    // 41 samples; the band begins where the detector had an opinion.
    expect(svg.match(/<path d="M[^"]*" fill="none" stroke="#1f2933"/g)).toHaveLength(1);
    expect(svg).toContain('fill="#cfe3fb"');
  });

  test('that gets worse has another, and its end has none', async () => {
    const { charts, messages } = await after({ happened: [150, 400], until: TRAINED + 5 });

    expect(messages.map(({ state, chart_url }) => [state, chart_url !== null])).toEqual([
      ['firing', true],
      ['firing', true],
      ['resolved', false],
    ]);
    expect(charts).toHaveLength(2);
  });

  test('goes to all who are told of it with the same picture', async () => {
    const { scenario, charts } = await after();
    const { outbox } = await scenario.stored();
    expect(outbox).toEqual([]);
    expect(charts).toHaveLength(1);
  });

  test('of a limit says which', async () => {
    const { charts } = await after();
    expect(texts(charts[0]!.svg)[3]).toBe('limit 100');
  });
});

describe('no picture is made', () => {
  test('of a notice', async () => {
    // Over the budget it is a notice.
    const { charts, messages } = await after({
      monitor: { rearmMs: 0, resolveAfterSamples: 1 },
      happened: [150, 50, 150],
      until: TRAINED + 2,
      changes: { pagesPerWeek: 0.5 },
    });
    expect(messages.map(({ severity, state }) => `${severity} ${state}`)).toContain(
      'notice firing',
    );
    expect(charts.length).toBe(
      messages.filter(({ severity, state }) => severity === 'page' && state === 'firing').length,
    );
  });

  test('of what no sample tells', async () => {
    const { charts, messages } = await after({
      happened: new Array(9).fill(Number.NaN),
      until: TRAINED + 4,
      monitor: { missing: 'breaching', silentAfterMs: 2 * PERIOD_MS },
    });
    expect(messages).toMatchObject([{ condition: 'no-data', severity: 'page', chart_url: null }]);
    expect(charts).toEqual([]);
  });

  test('of many at once', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const scenario = createScenario(
      Object.fromEntries(names.map((name) => [name, history([150])])),
      LIMIT,
    );
    const { charts, maker } = album();
    await scenario.runThrough(TRAINED - 1, TRAINED, { charts: maker });
    expect(scenario.sink.received.map(({ message }) => message.group?.count)).toEqual([6]);
    expect(charts).toEqual([]);
  });

  test('in a run that another has overtaken', async () => {
    const scenario = createScenario({ web: history([150]) }, LIMIT);
    await scenario.runThrough(TRAINED - 1, TRAINED - 1);
    const { charts, maker } = album();
    const store = { ...scenario.store, commit: async () => ({ committed: false }) as const };
    const report = await scenario.runAt(TRAINED, { charts: maker, store });
    expect(report.outcome).toBe('superseded');
    expect(charts).toEqual([]);
  });

  test('for what an earlier slot could not send: the picture would be of another time', async () => {
    const scenario = createScenario({ web: history([150, 150]) }, LIMIT);
    const broken = {
      name: 'memory',
      send: async () => {
        throw new Error('down');
      },
    };
    const { charts, maker } = album();
    await scenario.runThrough(TRAINED - 1, TRAINED, { charts: maker, sinks: [broken] });
    await scenario.runAt(TRAINED + 1, { charts: maker });
    expect(scenario.told()).toEqual([`firing web ${TRAINED}`]);
    expect(charts).toHaveLength(1);
  });
});

describe('a page is told all the same, and a note says why it has no picture,', () => {
  const failing =
    (result: 'throws' | 'failed' | 'not-reached' | 'nothing' | 'silent') =>
    (source: MetricSource): MetricSource => ({
      ...source,
      read: async (requests, options) => {
        // News are asked for from the last sample on, pictures from long before it.
        const isOfPicture = requests.every(({ after, until }) => until - after > 5 * PERIOD_MS);
        if (!isOfPicture) return source.read(requests, options);
        if (result === 'throws') throw new Error('unplugged');
        if (result === 'nothing') return [];
        if (result === 'not-reached') return [{ status: 'not-reached' }];
        if (result === 'silent') return [{ status: 'complete', timestamps: [], values: [] }];
        return [{ status: 'failed', reason: 'forbidden', retryable: false }];
      },
    });

  test.each([
    ['throws', 'unplugged'],
    ['failed', 'forbidden'],
    ['not-reached', 'too little time left'],
    ['nothing', 'the source gave no answer for it'],
    ['silent', 'the source gave no samples for it'],
  ] as const)('when the source %s', async (result, why) => {
    const scenario = createScenario({ web: history([150]) }, LIMIT);
    await scenario.runAt(TRAINED - 1);
    const { charts, maker } = album();
    const source = failing(result)(scenario.source);
    const { notes } = await scenario.runAt(TRAINED, { charts: maker, source });
    expect(scenario.sink.received.map(({ message }) => message.chart_url)).toEqual([null]);
    expect(notes).toMatchObject([{ kind: 'no-chart', message: `no chart in the message: ${why}` }]);
    expect(charts).toEqual([]);
  });

  test('when it cannot be made or kept', async () => {
    const { messages, notes } = await after({
      make: async () => {
        throw new Error('PutObject: AccessDenied');
      },
    });
    expect(messages).toMatchObject([{ state: 'firing', chart_url: null }]);
    expect(notes).toEqual(['no chart in the message: PutObject: AccessDenied']);
  });

  test.each([0, 11_999])('when %d ms are left: sending needs them', async (left) => {
    const { messages, charts, notes } = await after({ changes: { remainingToSendMs: () => left } });
    expect(messages).toMatchObject([{ state: 'firing', chart_url: null }]);
    expect(charts).toEqual([]);
    expect(notes).toEqual(['no chart in the message: too little time left']);
  });

  test('when the time goes by while it is learned', async () => {
    let looks = 0;
    const remainingToSendMs = () => (looks++ < 3 ? 60_000 : 12_000);
    const { messages, charts, notes } = await after({ changes: { remainingToSendMs } });
    expect(messages).toMatchObject([{ state: 'firing', chart_url: null }]);
    expect(charts).toEqual([]);
    expect(notes).toEqual(['no chart in the message: too little time left']);
  });
});

test('a picture may take what is left but for what sending needs', async () => {
  const given: number[] = [];
  await after({
    make: async (_, options) => {
      given.push(options!.remainingMs!());
      return 'https://charts/1';
    },
    changes: { remainingToSendMs: () => 50_000 },
  });
  expect(given).toEqual([38_000]);
});
