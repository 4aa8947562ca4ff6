import type { ReportData, ReportSeries } from '@plumbline/cli/testing';

/** What series in the wild are like, beside the smooth ones. */
export function oddSeries(data: ReportData): ReportSeries[] {
  const [one] = data.series as [ReportSeries];
  const count = one.timestamps.length;
  const fill = (value: number): Float64Array => new Float64Array(count).fill(value);
  const every = (step: number) => (column: Float64Array) => column.filter((_, i) => i % step === 0);
  const picked = (pick: (column: Float64Array) => Float64Array): ReportSeries => ({
    ...one,
    timestamps: pick(one.timestamps),
    values: pick(one.values),
    expected: pick(one.expected),
    lower: pick(one.lower),
    upper: pick(one.upper),
    alerts: [],
  });
  const named = (monitor: string, series: Partial<ReportSeries>): ReportSeries => ({
    ...one,
    alerts: [],
    spans: [],
    ...series,
    monitor,
  });
  return [
    named(
      'gaps',
      picked((column) => column.filter((_, i) => i % 500 < 300)),
    ),
    named('every second sample missing', picked(every(2))),
    named(
      'alone',
      picked((column) => column.filter((_, i) => i % 100 < 12 || i % 100 === 50)),
    ),
    named(
      'one sample',
      picked((column) => column.slice(0, 1)),
    ),
    named(
      'none',
      picked((column) => column.slice(0, 0)),
    ),
    named('constant', { values: fill(3), expected: fill(3), lower: fill(3), upper: fill(3) }),
    named('nothing but zero', {
      values: fill(0),
      expected: fill(0),
      lower: fill(0),
      upper: fill(0),
    }),
    named('no opinion', {
      expected: fill(Number.NaN),
      lower: fill(Number.NaN),
      upper: fill(Number.NaN),
    }),
    named('unlimited', {
      lower: fill(Number.NEGATIVE_INFINITY),
      upper: fill(Number.POSITIVE_INFINITY),
    }),
    named('missing values', { values: one.values.map((value, i) => (i % 7 ? value : Number.NaN)) }),
    named('huge', { values: one.values.map((value, i) => (i === 99 ? 2 ** 360 : value)) }),
    named('negative', { values: one.values.map((value) => -value) }),
    named('labelled all over', {
      spans: (['normal', 'incident', 'excluded'] as const).map((label, i) => ({
        from: data.from + i * 4 * 86_400_000,
        until: data.from + (i + 1) * 4 * 86_400_000,
        label,
      })),
    }),
    named('history before', {
      timestamps: one.timestamps.map((timestamp) => timestamp - 3 * 86_400_000),
    }),
    named('without a sample to tell', {
      alerts: [
        {
          ...one.alerts[0]!,
          id: 'f'.repeat(32),
          condition: 'no-data',
          worst: null,
          side: null,
          expected: null,
          lower: null,
          upper: null,
          rarityDays: null,
          until: null,
        },
      ],
    }),
  ];
}
