import { createChart } from './chart.ts';
import { exampleSeries, runOf, toldIn } from './example-run.ts';
import { dot, line, picture, rectangle, text } from './svg.ts';

const DAY_MS = 24 * 3_600_000;
const [WIDTH, HEIGHT] = [880, 362];

/** From the first sample to a new level that is learned. */
export async function learning(): Promise<string> {
  const run = await runOf(await exampleSeries('rds_cpu_utilization_cc0c53'));
  const from = run.samples.timestamps[0]!;
  const until = from + 14 * DAY_MS;
  const ready = run.decisions.find(({ verdict }) => verdict.noOpinion === undefined)!.verdict;
  const told = toldIn(run).filter(({ decision: { state, reason } }) => {
    const isPage = state.phase === 'firing' && state.told.severity === 'page';
    return isPage || reason === 'new-normal';
  });
  const chart = createChart({
    left: 62,
    width: WIDTH - 62 - 24,
    top: 70,
    height: 210,
    from,
    until,
    low: 0,
    high: 30,
    ticks: [0, 10, 20, 30],
    tickText: (tick) => `${tick} %`,
    timeStep: DAY_MS,
    timeText: (ms) => String(new Date(ms).getUTCDate()),
    isCentred: true,
  });
  const right = WIDTH - 24;
  return picture(
    { width: WIDTH, height: HEIGHT },
    {
      title: 'What is learned, and when',
      description:
        'CPU of a database for two weeks. On the first day there is no opinion. Then a band follows the value. Eleven days later the level doubles: one page, and an end that says it is the new normal. The band follows.',
    },
    [
      text(24, 38, 'Learn, tell once, learn again', { style: 'big' }),
      text(right, 38, 'CPU of a database, February 2014', { colour: 'soft', anchor: 'end' }),
      chart.span(from, ready.timestamp, { fill: 'panel' }),
      ...chart.frame,
      chart.band(run.trace),
      chart.value(run.trace),
      line([chart.x(ready.timestamp), 70], [chart.x(ready.timestamp), 280], {
        colour: 'soft',
        dashes: '3 3',
      }),
      text(chart.x(from) + 6, 90, 'no', { colour: 'soft', style: 'small' }),
      text(chart.x(from) + 6, 107, 'opinion', { colour: 'soft', style: 'small' }),
      text(chart.x(ready.timestamp) + 8, 90, 'an opinion, after a day of samples', {
        colour: 'soft',
        style: 'small',
      }),
      ...told.flatMap(({ verdict: { timestamp, value }, decision: { reason } }) => {
        const [x, y] = [chart.x(timestamp), chart.y(value)];
        const isEnd = reason === 'new-normal';
        const words = isEnd ? 'ends: new-normal' : 'one page';
        const anchor = isEnd ? 'start' : 'end';
        return [
          dot([x, y], 5.5, isEnd ? 'fine' : 'page'),
          text(isEnd ? x - 10 : x - 12, isEnd ? chart.y(26) : y + 5, words, {
            style: 'bold',
            colour: isEnd ? 'fine' : 'page',
            anchor,
          }),
        ];
      }),
      rectangle([24, 326], { width: 26, height: 12 }, { fill: 'band', round: 2 }),
      text(
        58,
        337,
        'what is normal, as each sample found it; the next one finds it one sample wiser',
        {
          colour: 'soft',
        },
      ),
    ],
  );
}
