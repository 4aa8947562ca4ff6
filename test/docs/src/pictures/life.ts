import type { DecisionReason } from '@plumbline/core';
import { createChart } from './chart.ts';
import { exampleSeries, runOf } from './example-run.ts';
import { legend, NONE, NOTICE, PAGE, phaseOf, phaseStrip, QUIET, RECOVERING } from './phases.ts';
import { dot, line, picture, text } from './svg.ts';

const MINUTE_MS = 60_000;
const [WIDTH, HEIGHT] = [880, 470];
const FROM = Date.UTC(2014, 1, 17, 4, 0);
const UNTIL = Date.UTC(2014, 1, 17, 14, 40);

const WORDS: Readonly<Partial<Record<DecisionReason, readonly [string, string]>>> = {
  'first-flagged': ['opens: a notice', 'machines are told'],
  'now-a-page': ['gets worse: a page', 'people are told'],
  recovered: ['ends', 'both are told'],
};

/** One alert, sample by sample: it opens for machines, becomes a page, ends, and keeps what comes after it quiet. */
export async function life(): Promise<string> {
  const run = await runOf(await exampleSeries('ec2_cpu_utilization_fe7f93'));
  const { periodMs } = run.watched.monitor;
  const shown = run.decisions.filter(({ verdict: { timestamp } }) => {
    return timestamp >= FROM && timestamp + periodMs <= UNTIL;
  });
  const [left, top, height] = [62, 124, 180];
  const chart = createChart({
    left,
    top,
    height,
    width: WIDTH - left - 24,
    from: FROM,
    until: UNTIL,
    low: 0,
    high: 100,
    ticks: [0, 25, 50, 75, 100],
    tickText: (tick) => `${tick} %`,
    timeStep: 60 * MINUTE_MS,
    timeText: (ms) => new Date(ms).toISOString().slice(11, 16),
  });
  const told = shown.filter(({ decision }) => decision.transition !== undefined);
  const clock = (ms: number): string => new Date(ms).toISOString().slice(11, 16);
  const history = told
    .map(({ verdict, decision }) => {
      return `${clock(verdict.timestamp)} ${(WORDS[decision.reason] ?? [decision.reason]).join(', ')}`;
    })
    .join('; ');
  return picture(
    { width: WIDTH, height: HEIGHT },
    {
      title: 'The life of an alert',
      description: `CPU of a machine, every five minutes. ${history}. Samples that are flagged after it are kept quiet.`,
    },
    [
      text(24, 38, 'One alert, told three times', { style: 'big' }),
      text(WIDTH - 24, 38, 'CPU of one machine, 17 February 2014, UTC', {
        colour: 'soft',
        anchor: 'end',
      }),
      ...chart.frame,
      chart.band(run.trace),
      chart.value(run.trace),
      ...shown.map((each) =>
        dot(
          [chart.x(each.verdict.timestamp), chart.y(each.verdict.value)],
          phaseOf(each) === NONE ? 1.6 : 3,
          phaseOf(each) === NONE ? 'value' : phaseOf(each).colour,
        ),
      ),
      ...told.flatMap(({ verdict: { timestamp }, decision: { reason } }, i) => {
        const x = chart.x(timestamp);
        const [what, who] = WORDS[reason] ?? [reason, ''];
        const anchor = i === 0 ? 'end' : 'start';
        const at = i === 0 ? x + 60 : x + (i === 1 ? 28 : 0);
        // The first two are close to each other: their words go to either side.
        const foot = i === 2 ? x : i === 0 ? x - 8 : x + 28;
        return [
          line([foot, 102], [x, top - 2], { colour: 'soft' }),
          line([x, top - 2], [x, top + height + 54], { colour: 'soft', dashes: '3 3' }),
          text(i === 0 ? foot + 8 : at, 76, what, { style: 'bold', anchor }),
          text(i === 0 ? foot + 8 : at, 95, who, { colour: 'soft', anchor }),
        ];
      }),
      ...phaseStrip(shown, chart.x, top + height + 34, periodMs),
      ...legend([NONE, NOTICE, PAGE, RECOVERING, QUIET], 24, 402),
      text(
        24,
        444,
        'Quiet: flagged within 12 hours of a flagged sample of the alert, and not clearly worse. Nobody is told again.',
        { colour: 'soft' },
      ),
    ],
  );
}
