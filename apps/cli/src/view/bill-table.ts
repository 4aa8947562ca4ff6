import { type Deploy, durationText } from '@plumbline/config';
import {
  type AlarmsInstead,
  type Bill,
  type BillLine,
  changedPrices,
  type MonitorBill,
} from '@plumbline/estimate';
import colors from 'picocolors';
import { columns, fit, plural, printable, wrapped } from './text.ts';

export interface BillContext {
  /** The configuration, as it was named. */
  readonly file: string;
  readonly pricesFile: string | undefined;
  readonly deploy: Pick<Deploy, 'region' | 'shards'>;
  readonly notes: readonly string[];
}

/** Monitors that are shown one by one; the others are added up. */
const MOST_MONITORS = 12;
const NAME_COLUMNS = 26;
const PRICES_COLUMNS = 30;
const FILE_COLUMNS = 48;
const ALL_COLUMNS = 80;
const LABEL = 'note  ';

/** A bill in 80 columns. */
export function billTable(bill: Bill, context: BillContext): string {
  const { monitors, files, prices } = bill;
  const file = fit(printable(context.file), FILE_COLUMNS, 'end');
  if (monitors.length === 0) {
    return `${file}: ${plural(files.length, 'monitor')} of files, which cost nothing at AWS`;
  }
  return [
    `A month of ${file}: ${money(bill.cost)} ${prices.currency}`,
    ...pricesText(bill, context),
    '',
    ...monitorRows(bill),
    '',
    ...lineRows(bill),
    '',
    ...insteadRows(bill),
    '',
    ...tierRows(bill),
    ...noteLines(bill, context),
  ].join('\n');
}

function pricesText({ prices, freeTier, monitors }: Bill, { pricesFile }: BillContext): string[] {
  const { asOf, region } = prices;
  const series = monitors.reduce((sum, one) => sum + one.series.watched, 0);
  const free = freeTier ? 'free tiers taken off' : 'no free tier taken off';
  const changed = changedPrices(prices).length;
  const own = `, ${changed} from ${fit(printable(pricesFile ?? ''), PRICES_COLUMNS, 'end')}`;
  return [
    `30 days of ${plural(monitors.length, 'monitor')}, ${plural(series, 'series', 'series')}; ${free}`,
    `prices of ${asOf} in ${region}${pricesFile === undefined ? '' : own}`,
  ].map(colors.dim);
}

function monitorRows({ monitors }: Bill): string[] {
  const dearest = [...monitors].sort((a, b) => b.cost - a.cost);
  const shown = dearest.slice(0, MOST_MONITORS);
  const others = dearest.slice(MOST_MONITORS);
  const sumOf = (value: (one: MonitorBill) => number): number =>
    others.reduce((sum, one) => sum + value(one), 0);
  const rows = shown.map((one) => [
    fit(printable(one.name), NAME_COLUMNS),
    seriesText(one),
    durationText(one.readEveryMs),
    count(one.metricsRead),
    money(one.cost),
    money(one.anomalyAlarms.cost),
  ]);
  const rest = [
    `and ${plural(others.length, 'other')}`,
    count(sumOf(({ series }) => series.watched)),
    '',
    count(sumOf(({ metricsRead }) => metricsRead)),
    money(sumOf(({ cost }) => cost)),
    money(sumOf(({ anomalyAlarms }) => anomalyAlarms.cost)),
  ];
  return table(
    ['MONITOR', 'SERIES', 'EVERY', 'METRICS READ', 'COST', 'AS ALARMS'],
    others.length === 0 ? rows : [...rows, rest],
    ['left', 'right', 'right', 'right', 'right', 'right'],
  );
}

function seriesText({ series }: MonitorBill): string {
  return `${series.by === 'assumed' ? '≤ ' : ''}${count(series.watched)}`;
}

function lineRows({ lines, cost, freeTier }: Bill): string[] {
  const free = <Cell>(cell: Cell): readonly Cell[] => (freeTier ? [cell] : []);
  const rows = lines.map((line) => [
    line.service,
    line.what,
    count(line.amount),
    ...free(line.free > 0 ? count(line.free) : ''),
    priceText(line),
    money(line.cost),
  ]);
  return table(
    ['SERVICE', 'FOR', 'A MONTH', ...free('FREE'), 'PRICE', 'COST'],
    [...rows, ['', '', '', ...free(''), 'all', money(cost)]],
    ['left', 'left', 'right', ...free('right' as const), 'right', 'right'],
  );
}

/** Never 1.2e-7; for one unless said. */
function priceText({ price, per }: BillLine): string {
  const figure = price.toLocaleString('en-US', { maximumFractionDigits: 12 });
  if (per === 1) return figure;
  return `${figure} / ${per === 1_000_000 ? 'million' : per.toLocaleString('en-US')}`;
}

function insteadRows({ instead, cost }: Bill): string[] {
  const row = (what: string, { alarms, metrics, cost: alarmCost }: AlarmsInstead): string[] => [
    what,
    `${plural(alarms, 'alarm')} of ${plural(metrics, 'metric')}`,
    money(alarmCost),
  ];
  return table(
    ['THE SAME SERIES UNDER', '', 'COST'],
    [
      ["CloudWatch's anomaly alarms", ...row('', instead.anomalyAlarms).slice(1)],
      row("CloudWatch's alarms on fixed limits", instead.staticAlarms),
      ['Plumbline', '', money(cost)],
    ],
    ['left', 'right', 'right'],
  );
}

function tierRows({ tiers }: Bill): string[] {
  return table(
    ['IF EVERY MONITOR WERE', 'READS', 'ALL'],
    tiers.map(({ tier, readsCost, cost }) => [
      `${tier} ${TIER_TEXT[tier]}`,
      money(readsCost),
      money(cost),
    ]),
    ['left', 'right', 'right'],
  );
}

const TIER_TEXT = {
  hot: '(as often as there is news)',
  warm: '(every 15 minutes)',
  cold: '(every hour)',
} as const;

function noteLines(bill: Bill, { deploy, notes }: BillContext): string[] {
  const { monitors, files, prices, tooMuch } = bill;
  const assumed = monitors.filter(({ series }) => series.by === 'assumed');
  const beyond = monitors.filter(({ series }) => series.found > series.watched);
  const none = monitors.filter(({ series }) => series.found === 0);
  const all = [
    ...(assumed.length === 0
      ? []
      : [
          `≤: as many series as maxSeries allows; --series ${JSON.stringify(`${assumed[0]!.name}=40`)} or --account counts`,
        ]),
    ...beyond.map(
      ({ name, series }) =>
        `${name}: ${count(series.found)} series, of which maxSeries allows ${count(series.watched)}`,
    ),
    ...none.map(({ name }) => `${name}: finds no series now, and costs nothing until it does`),
    ...(files.length === 0
      ? []
      : [
          `${plural(files.length, 'monitor')} of files ${files.length === 1 ? 'costs' : 'cost'} nothing, and cannot be deployed`,
        ]),
    ...(deploy.region === prices.region
      ? []
      : [`deploy.region is ${deploy.region}, and prices differ by region: --prices <file>`]),
    ...(tooMuch === undefined
      ? []
      : [
          `a run is estimated at ${tooMuch.seconds.toPrecision(2)} s and ${Math.ceil(tooMuch.memoryMb)} MB, more than it has: pnpm synth says what would do`,
        ]),
    ...notes,
  ];
  return all.length === 0 ? [] : ['', ...all.flatMap(noted)];
}

function noted(note: string): string[] {
  return wrapped(printable(note), ALL_COLUMNS - LABEL.length).map((line, i) =>
    i === 0 ? `${colors.yellow('note')}  ${line}` : `${' '.repeat(LABEL.length)}${line}`,
  );
}

function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  align: readonly ('left' | 'right')[],
): string[] {
  const [first, ...lines] = columns([head, ...rows], align);
  return [colors.dim(first!), ...lines];
}

/** Two decimals, none where there are five digits before them; of less than a cent, that it is less. */
function money(amount: number): string {
  if (amount > 0 && amount < 0.005) return '< 0.01';
  const decimals = amount < 10_000 ? 2 : 0;
  return amount.toLocaleString('en-US', {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
}

/** Whole, two significant digits of what is less than ten, millions of what is a hundred million or more. */
function count(amount: number): string {
  if (amount >= 1e8) return `${Math.round(amount / 1e6).toLocaleString('en-US')} M`;
  if (Number.isInteger(amount) || amount >= 10) return Math.round(amount).toLocaleString('en-US');
  return String(Number(amount.toPrecision(2)));
}
