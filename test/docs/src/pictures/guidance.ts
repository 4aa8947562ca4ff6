import type { Guidance, SeriesDecision } from '@plumbline/core';
import { createChart } from './chart.ts';
import { exampleSeries, runOf } from './example-run.ts';
import { legend, NONE, PAGE, phaseStrip, QUIET, RECOVERING } from './phases.ts';
import { element, picture, text } from './svg.ts';

const HOUR_MS = 3_600_000;
const PERIOD_MS = HOUR_MS / 12;
const [WIDTH, HEIGHT] = [880, 484];
const FROM = Date.UTC(2014, 3, 13, 6, 0);
const UNTIL = Date.UTC(2014, 3, 13, 8, 30);

const spans = { from: FROM, until: Date.UTC(2014, 3, 13, 7, 5) };

/** The same samples, with what people had said of them. */
const SAID: readonly { readonly name: string; readonly guidance: Guidance }[] = [
  { name: 'nothing said', guidance: {} },
  {
    name: 'maintenance until 07:05',
    guidance: { maintenance: [{ name: 'patching', match: {}, spans }] },
  },
  {
    name: 'labelled normal',
    guidance: {
      labels: [{ label: 'normal', match: {}, spans: { from: FROM, until: UNTIL } }],
    },
  },
];

/** What is told of the same hours when nobody has said anything, when quiet was wanted, and when it is normal. */
export async function guidance(): Promise<string> {
  const series = await exampleSeries('rds_cpu_utilization_e47b3b');
  const runs = await Promise.all(
    SAID.map(async ({ name, guidance }) => ({ name, run: await runOf(series, guidance) })),
  );
  const [first] = runs;
  const [left, top, height] = [218, 64, 150];
  const chart = createChart({
    left,
    top,
    height,
    width: WIDTH - left - 40,
    from: FROM,
    until: UNTIL,
    low: 0,
    high: 80,
    ticks: [0, 20, 40, 60, 80],
    tickText: (tick) => `${tick} %`,
    timeStep: HOUR_MS / 2,
    timeText: (ms) => new Date(ms).toISOString().slice(11, 16),
  });
  const within = (decisions: readonly SeriesDecision[]) =>
    decisions.filter(
      ({ verdict: { timestamp } }) => timestamp >= FROM && timestamp + PERIOD_MS <= UNTIL,
    );
  const strips = runs.flatMap(({ name, run }, i) => {
    const y = 276 + 54 * i;
    const shown = within(run.decisions);
    const told = shown.filter(({ decision }) => decision.transition !== undefined);
    return [
      text(24, y + 15, name, { style: 'bold' }),
      ...phaseStrip(shown, chart.x, y, PERIOD_MS),
      ...told.map(({ verdict: { timestamp } }) => mark(chart.x(timestamp), y - 3)),
      ...(told.length === 0
        ? [text(left, y + 36, 'nobody is told', { colour: 'soft', style: 'small' })]
        : []),
    ];
  });
  return picture(
    { width: WIDTH, height: HEIGHT },
    {
      title: 'What people say, and what is told',
      description: `CPU of a database that leaps for half an hour. With nothing said a page is told when it begins, when it gets worse and when it ends. With maintenance until 07:05 it is told then, for it still goes on. Labelled normal it is told to nobody.`,
    },
    [
      text(24, 38, 'The same samples, and what people say of them', { style: 'big' }),
      text(WIDTH - 24, 38, 'CPU of a database, 13 April 2014, UTC', {
        colour: 'soft',
        anchor: 'end',
      }),
      ...chart.frame,
      chart.band(first!.run.trace),
      chart.value(first!.run.trace),
      ...strips,
      ...legend([NONE, PAGE, RECOVERING, QUIET], 24, 456),
      mark(556, 454),
      text(570, 456, 'people are told'),
    ],
  );
}

/** A small flag that points at what is below. */
function mark(x: number, y: number): string {
  const d = `M${x} ${y}l-6 -10h12z`;
  return element('path', { class: 'fill-ink', d });
}
