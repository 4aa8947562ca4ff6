import { createChart } from './chart.ts';
import { exampleSeries, runOf, toldIn } from './example-run.ts';
import { dot, element, line, type Point, picture, text } from './svg.ts';

const DAY_MS = 24 * 3_600_000;
const [WIDTH, HEIGHT] = [880, 600];
const FROM = Date.UTC(2014, 3, 5);
const UNTIL = Date.UTC(2014, 3, 15);

/** Days in which a sample is expected once, from which on it is one or the other. */
const NOTICE_DAYS = 3;
const PAGE_DAYS = 28;
/** Less rare than this is not told apart in the picture. */
const LEAST_DAYS = 0.1;

/** A metric of its own kind, and how rare each of its samples was on it. */
export async function rarity(): Promise<string> {
  const run = await runOf(await exampleSeries('ec2_disk_write_bytes_c0d644'));
  const place = { left: 92, width: WIDTH - 92 - 24, from: FROM, until: UNTIL };
  const time = {
    timeStep: DAY_MS,
    timeText: (ms: number) => String(new Date(ms).getUTCDate()),
    isCentred: true,
  };
  const above = createChart({
    ...place,
    ...time,
    top: 60,
    height: 170,
    low: 0,
    high: 900e6,
    ticks: [0, 300e6, 600e6, 900e6],
    tickText: (tick) => (tick === 0 ? '0' : `${tick / 1e6} MB`),
  });
  const below = createChart({
    ...place,
    ...time,
    top: 330,
    height: 200,
    low: LEAST_DAYS,
    high: 365,
    scale: 'log',
    ticks: [0.1, 1, NOTICE_DAYS, PAGE_DAYS, 365],
    tickText: (days) => RETURN_TEXT[days] ?? '',
  });
  const points = run.decisions.flatMap(({ verdict }): Point[] => {
    const { timestamp, rarity: days = Number.NaN } = verdict;
    if (timestamp < FROM || timestamp > UNTIL) return [];
    return [[below.x(timestamp), below.y(Math.max(LEAST_DAYS, days))]];
  });
  const told = toldIn(run).filter(({ verdict: { timestamp }, decision: { transition } }) => {
    return timestamp >= FROM && timestamp < UNTIL && transition !== 'resolved';
  });
  const severityOf = (told: (typeof run.decisions)[number]) => {
    const { state } = told.decision;
    return state.phase === 'firing' ? state.told.severity : 'notice';
  };
  const right = WIDTH - 24;
  const pages = told.filter((each) => severityOf(each) === 'page').length;
  return picture(
    { width: WIDTH, height: HEIGHT },
    {
      title: 'How rare a sample is on its metric',
      description: `Bytes that a machine writes to its disk, none at most times and hundreds of megabytes several times a day. Below, how rare each sample was: ${pages} came up to once in four weeks and were pages, ${told.length - pages} up to once in three days and were notices. Leaps that come every day are not rare.`,
    },
    [
      text(24, 36, 'A metric that leaps several times a day', { style: 'big' }),
      text(right, 36, 'disk writes in five minutes, April 2014', { colour: 'soft', anchor: 'end' }),
      ...above.frame,
      above.value(run.trace),
      ...told.map((each) =>
        dot([above.x(each.verdict.timestamp), above.y(each.verdict.value)], 5.5, severityOf(each)),
      ),
      text(24, 304, 'How rare it is here: expected once in …', { style: 'big' }),
      ...below.frame,
      columns(points, below.y(LEAST_DAYS)),
      line([place.left, below.y(NOTICE_DAYS)], [right, below.y(NOTICE_DAYS)], {
        colour: 'notice',
        width: 1.5,
        dashes: '6 4',
      }),
      line([place.left, below.y(PAGE_DAYS)], [right, below.y(PAGE_DAYS)], {
        colour: 'page',
        width: 1.5,
        dashes: '6 4',
      }),
      text(right, below.y(NOTICE_DAYS) - 7, 'notice: machines are told', {
        colour: 'notice',
        style: 'bold',
        anchor: 'end',
      }),
      text(right, below.y(PAGE_DAYS) - 7, 'page: people are told', {
        colour: 'page',
        style: 'bold',
        anchor: 'end',
      }),
      ...told.map((each) =>
        dot(
          [
            below.x(each.verdict.timestamp),
            below.y(Math.max(LEAST_DAYS, each.verdict.rarity ?? 0)),
          ],
          5.5,
          severityOf(each),
        ),
      ),
      text(
        24,
        582,
        'A leap is nothing new here. Higher than most, or at another hour, it is once in days; one that lasts, once in months.',
        {
          colour: 'soft',
        },
      ),
    ],
  );
}

const RETURN_TEXT: Readonly<Record<number, string>> = {
  0.1: 'hours',
  1: 'a day',
  [NOTICE_DAYS]: '3 days',
  [PAGE_DAYS]: '4 weeks',
  365: 'a year',
};

/** One thin column for each half unit of width, up to its highest point. */
function columns(points: readonly Point[], floor: number): string {
  const highest = new Map<number, number>();
  for (const [x, y] of points) {
    const at = Math.round(x);
    highest.set(at, Math.min(highest.get(at) ?? floor, y));
  }
  const d = [...highest]
    .filter(([, y]) => y < floor)
    .map(([x, y]) => `M${x} ${floor}V${Math.round(y * 10) / 10}`)
    .join('');
  return element('path', { class: 'open line-value', 'stroke-width': 1, d });
}
