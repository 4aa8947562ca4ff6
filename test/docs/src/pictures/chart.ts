import { element, line, type Point, pathOf, rectangle, text } from './svg.ts';

export interface ChartOptions {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** ms since the epoch. */
  readonly from: number;
  readonly until: number;
  /** In the unit of the metric. */
  readonly low: number;
  readonly high: number;
  readonly scale?: 'linear' | 'log';
  /** Values that have a line and a number. */
  readonly ticks: readonly number[];
  readonly tickText?: (value: number) => string;
  /** Between two marks of the time, ms. */
  readonly timeStep: number;
  readonly timeText: (ms: number) => string;
  /** Whether a time is written in the middle of its step, as a day is. */
  readonly isCentred?: boolean;
}

/** Samples of a series and what was expected of them; the arrays are parallel. */
export interface Trace {
  readonly timestamps: ArrayLike<number>;
  readonly values: ArrayLike<number>;
  readonly lower: ArrayLike<number>;
  readonly upper: ArrayLike<number>;
}

export interface Chart {
  x(ms: number): number;
  /** Within the chart, however large the value. */
  y(value: number): number;
  readonly frame: readonly string[];
  value(trace: Pick<Trace, 'timestamps' | 'values'>): string;
  band(trace: Trace): string;
  /** From a time to a time, over the whole height. */
  span(from: number, until: number, fill: Parameters<typeof rectangle>[2]): string;
}

export function createChart(options: ChartOptions): Chart {
  const { left, top, width, height, from, until, low, high, scale = 'linear' } = options;
  const place = scale === 'log' ? Math.log : (value: number) => value;
  const x = (ms: number): number => left + (width * (ms - from)) / (until - from);
  const y = (value: number): number => {
    const share = (place(value) - place(low)) / (place(high) - place(low));
    return top + height * (1 - Math.min(1, Math.max(0, share)));
  };
  const isWithin = (ms: number): boolean => ms >= from && ms <= until;

  return {
    x,
    y,
    frame: frameOf(options, x, y),
    value({ timestamps, values }) {
      const columns = columnsOf(timestamps, isWithin, x);
      const points = columns.flatMap(({ at, indexes }): Point[] => {
        const inColumn = indexes.map((i) => values[i]!);
        if (indexes.length === 1) return [[at, y(inColumn[0]!)]];
        // What a reader sees of so many in one column: from the lowest to the highest.
        const ends = [Math.min(...inColumn), Math.max(...inColumn)];
        return (inColumn[0]! <= inColumn.at(-1)! ? ends : ends.reverse()).map((v) => [at, y(v)]);
      });
      return element('path', { class: 'open line-value', 'stroke-width': 1.4, d: pathOf(points) });
    },
    band({ timestamps, lower, upper }) {
      const columns = columnsOf(timestamps, isWithin, x);
      const mean = (of: ArrayLike<number>, indexes: readonly number[], infinite: number) => {
        const known = indexes.map((i) => of[i]!).filter((value) => !Number.isNaN(value));
        const sum = known.reduce((all, value) => all + value, 0);
        if (known.length === 0) return Number.NaN;
        return y(Number.isFinite(sum) ? sum / known.length : infinite);
      };
      // One area for each stretch in which there is an opinion.
      const areas: { above: Point[]; below: Point[] }[] = [];
      let isOpen = false;
      for (const { at, indexes } of columns) {
        const above = mean(upper, indexes, high);
        const below = mean(lower, indexes, low);
        const isKnown = !Number.isNaN(above) && !Number.isNaN(below);
        if (isKnown && !isOpen) areas.push({ above: [], below: [] });
        if (isKnown) {
          areas.at(-1)!.above.push([at, above]);
          areas.at(-1)!.below.unshift([at, below]);
        }
        isOpen = isKnown;
      }
      const d = areas.map(({ above, below }) => `${pathOf([...above, ...below])}Z`).join('');
      // With an edge, so that a band without width can be seen.
      return element('path', { class: 'fill-band line-band', 'stroke-width': 1.5, d });
    },
    span: (begin, end, fill) =>
      rectangle([x(begin), top], { width: Math.max(1, x(end) - x(begin)), height }, fill),
  };
}

/** Samples by the half unit of width that they fall into. */
function columnsOf(
  timestamps: ArrayLike<number>,
  isWithin: (ms: number) => boolean,
  x: (ms: number) => number,
): { at: number; indexes: number[] }[] {
  const columns: { at: number; indexes: number[] }[] = [];
  for (let i = 0; i < timestamps.length; i++) {
    const ms = timestamps[i]!;
    if (!isWithin(ms)) continue;
    const at = Math.round(x(ms));
    const last = columns.at(-1);
    if (last?.at === at) last.indexes.push(i);
    else columns.push({ at, indexes: [i] });
  }
  return columns;
}

function frameOf(
  options: ChartOptions,
  x: (ms: number) => number,
  y: (value: number) => number,
): string[] {
  const { left, top, width, height, from, until, ticks, timeStep, timeText } = options;
  const { tickText = String, isCentred = false } = options;
  const right = left + width;
  const values = ticks.flatMap((tick) => [
    line([left, y(tick)], [right, y(tick)]),
    text(left - 8, y(tick) + 5, tickText(tick), { colour: 'soft', style: 'small', anchor: 'end' }),
  ]);
  const times: string[] = [];
  for (let ms = Math.ceil(from / timeStep) * timeStep; ms <= until; ms += timeStep) {
    const at = isCentred ? x(ms + timeStep / 2) : x(ms);
    times.push(line([x(ms), top], [x(ms), top + height + 5]));
    if (at > right) continue;
    const label = timeText(ms);
    times.push(
      text(at, top + height + 20, label, { colour: 'soft', style: 'small', anchor: 'middle' }),
    );
  }
  return [...values, ...times];
}
