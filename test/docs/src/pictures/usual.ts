import { createChart } from './chart.ts';
import { labelledSeries, runOf, toldIn } from './example-run.ts';
import { dot, line, picture, rectangle, text } from './svg.ts';

const DAY_MS = 24 * 3_600_000;
const [WIDTH, HEIGHT] = [880, 568];
const FROM = Date.UTC(2015, 0, 19);
const UNTIL = Date.UTC(2015, 0, 29);

/** As an alarm: it begins with a sample beyond, and is over after three within. */
const LIMIT = 24_000;
const CLEAN_SAMPLES = 3;

/** A limit and a band over the same ten days of a metric that follows the day. */
export async function usual(): Promise<string> {
  const run = await runOf(labelledSeries('nab/data/realKnownCause/nyc_taxi', '30m'));
  const alarms = alarmsOf(run.trace);
  const told = toldIn(run).filter(({ verdict: { timestamp } }) => {
    return timestamp >= FROM && timestamp < UNTIL;
  });
  const [opened, page, ended] = told;
  if (page?.decision.reason !== 'now-a-page' || ended?.decision.transition !== 'resolved') {
    throw new Error('a notice, a page and an end are to be shown');
  }
  const began = opened!.verdict.timestamp;
  const place = { left: 62, width: WIDTH - 62 - 24, from: FROM, until: UNTIL, height: 172 };
  const axis = {
    low: 0,
    high: 38_000,
    ticks: [0, 10_000, 20_000, 30_000],
    tickText: (tick: number) => (tick === 0 ? '0' : `${tick / 1000}k`),
    timeStep: DAY_MS,
    timeText: (ms: number) => new Date(ms).toUTCString().slice(0, 3),
    isCentred: true,
  };
  const above = createChart({ ...place, ...axis, top: 68 });
  const below = createChart({ ...place, ...axis, top: 350 });
  const right = WIDTH - 24;
  return picture(
    { width: WIDTH, height: HEIGHT },
    {
      title: 'A limit, and what is normal, over the same ten days',
      description: `Taxi passengers in New York for ten days. A limit of ${LIMIT} raises ${alarms.length} alarms, in the evenings, and none in the snowstorm. The band that was learned follows the day; in the storm an alert opens as a notice on Monday afternoon, and becomes a page on Tuesday morning.`,
    },
    [
      text(24, 38, `“Above ${LIMIT / 1000}k”: ${alarms.length} alarms in ten days`, {
        style: 'big',
      }),
      text(right, 38, 'taxi passengers in half an hour', { colour: 'soft', anchor: 'end' }),
      ...above.frame,
      above.value(run.trace),
      line([place.left, above.y(LIMIT)], [right, above.y(LIMIT)], {
        colour: 'page',
        width: 1.5,
        dashes: '6 4',
      }),
      ...alarms.map((alarm) => dot([above.x(alarm.ms), above.y(alarm.value)], 4.5, 'page')),
      text(24, 320, '“Not like this time of day”: one page', { style: 'big' }),
      rectangle([right - 176, 309], { width: 26, height: 12 }, { fill: 'band', round: 2 }),
      text(right, 320, 'what is normal now', { colour: 'soft', anchor: 'end' }),
      below.span(began, ended.verdict.timestamp, { fill: 'page', opacity: 0.14 }),
      ...below.frame,
      below.band(run.trace),
      below.value(run.trace),
      ...[opened!, page].map(({ verdict: { timestamp, value } }, i) =>
        dot([below.x(timestamp), below.y(value)], 5.5, i === 0 ? 'notice' : 'page'),
      ),
      text(below.x(began) - 8, 364, 'a snowstorm', {
        anchor: 'end',
        style: 'bold',
        colour: 'page',
      }),
    ],
  );
}

function alarmsOf({
  timestamps,
  values,
}: {
  readonly timestamps: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}) {
  const alarms: { ms: number; value: number }[] = [];
  let clean = CLEAN_SAMPLES;
  for (let i = 0; i < timestamps.length; i++) {
    const isBeyond = values[i]! > LIMIT;
    const ms = timestamps[i]!;
    if (isBeyond && clean >= CLEAN_SAMPLES && ms >= FROM && ms < UNTIL) {
      alarms.push({ ms, value: values[i]! });
    }
    clean = isBeyond ? 0 : clean + 1;
  }
  return alarms;
}
