import { readFileSync } from 'node:fs';
import { ConfigError } from '@plumbline/config';
import type { Monitor } from '@plumbline/core';
import {
  DEFAULT_PRICES,
  discovers,
  estimateBill,
  type Prices,
  parsePrices,
  priceFileOf,
  type SeriesCount,
} from '@plumbline/estimate';
import { type ConfigFile, readConfigFile } from '../config-file.ts';
import { CommandError, EXIT } from '../exit.ts';
import { openMetricSource } from '../source/metric-source.ts';
import { billTable } from '../view/bill-table.ts';
import { createProgress } from '../view/progress.ts';
import { printable } from '../view/text.ts';

export interface EstimateOptions {
  readonly config: string;
  /** As `Queue depth=40`. */
  readonly series?: readonly string[];
  readonly account?: boolean;
  readonly prices?: string;
  readonly printPrices?: boolean;
  readonly freeTier?: boolean;
  readonly json?: boolean;
}

/** Says what a configuration costs a month, line by line, or prints the prices that it counts with. */
export async function estimate(options: EstimateOptions): Promise<number> {
  const prices = options.prices === undefined ? DEFAULT_PRICES : readPrices(options.prices);
  if (options.printPrices) {
    const text = options.json ? `${JSON.stringify(prices, null, 2)}\n` : priceFileOf(prices);
    process.stdout.write(text);
    return EXIT.ok;
  }
  const file = readConfigFile(options.config);
  const { monitors, deploy } = file.config;
  const said = new Map((options.series ?? []).map((text) => countOf(text, monitors)));
  const { found, notes } = options.account
    ? await countInAccount(file, said)
    : { found: new Map<string, SeriesCount>(), notes: [] };
  const series = new Map([...found, ...said]);
  const bill = estimateBill(file.config, { series, prices, freeTier: options.freeTier ?? false });
  const text = options.json
    ? JSON.stringify({ ...bill, notes }, null, 2)
    : billTable(bill, { file: options.config, pricesFile: options.prices, deploy, notes });
  console.log(text);
  return EXIT.ok;
}

function readPrices(file: string): Prices {
  try {
    return parsePrices(readFileSync(file, 'utf8'), file);
  } catch (error) {
    if (error instanceof ConfigError) throw new CommandError(EXIT.usage, error.message);
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    const next = 'plumbline estimate --print-prices prints one to start from';
    throw new CommandError(EXIT.usage, `cannot read the prices: ${error.message}\n${next}`);
  }
}

/** `Queue depth=40`: of a monitor that there is, and that can have more than one. */
function countOf(text: string, monitors: readonly Monitor[]): [name: string, count: SeriesCount] {
  const refuse = (message: string): never => {
    throw new CommandError(EXIT.usage, `--series: ${printable(message)}`);
  };
  const [, name = '', digits = ''] = /^(.+)=(\d{1,7})$/s.exec(text) ?? [];
  if (name === '') {
    return refuse(`expected monitor=number, such as "CPU=40", got ${JSON.stringify(text)}`);
  }
  const monitor = monitors.find((one) => one.name === name);
  if (monitor === undefined) {
    const known = monitors.filter(discovers).map((one) => one.name);
    const those =
      known.length === 0
        ? 'none here has a dimension of *'
        : `those with * are ${known.join(', ')}`;
    return refuse(`no monitor is called ${name}; ${those}`);
  }
  if (!discovers(monitor)) {
    const is = monitor.source.kind === 'csv' ? 'reads files, which cost nothing' : 'is one series';
    return refuse(`${name} ${is}: only a metric with a dimension of * can be more`);
  }
  return [name, { found: Number(digits), by: 'said' }];
}

/** What each `*` finds now, but for what was said. */
async function countInAccount(
  file: ConfigFile,
  said: ReadonlyMap<string, unknown>,
): Promise<{ readonly found: Map<string, SeriesCount>; readonly notes: readonly string[] }> {
  const found = new Map<string, SeriesCount>();
  const notes: string[] = [];
  const unknown = file.config.monitors.filter(
    (monitor) => discovers(monitor) && !said.has(monitor.name),
  );
  if (unknown.length === 0) return { found, notes };
  const source = await openMetricSource(file);
  const progress = createProgress(unknown.length);
  try {
    for (const { name, source: locator } of unknown) {
      progress.next(name);
      const series = await source.discover(locator, {
        onIncomplete: ({ reason }) => notes.push(`${name}: ${reason}`),
      });
      found.set(name, { found: series.length, by: 'account' });
    }
  } finally {
    progress.end();
  }
  return { found, notes };
}
