import { lookBack } from '../backtest/look-back.ts';
import { EXIT } from '../exit.ts';
import { momentOf } from '../moment.ts';
import { backtestJson } from '../view/backtest-json.ts';
import { backtestSummary } from '../view/backtest-summary.ts';

export interface BacktestOptions {
  readonly config: string;
  readonly days: number;
  readonly until?: string;
  readonly labels?: string;
  readonly alternatives?: boolean;
  readonly failOnAnomaly?: boolean;
  readonly json?: boolean;
  readonly verbose?: boolean;
}

const MOST_ALERTS = 20;

/** Says what a configuration would have sent. */
export async function backtest({ until, ...options }: BacktestOptions): Promise<number> {
  const untilMs = until === undefined ? undefined : momentOf(until, Date.now(), '--until');
  const result = await lookBack({ ...options, untilMs });
  const verbose = options.verbose ?? false;
  const most = verbose ? Number.POSITIVE_INFINITY : MOST_ALERTS;
  console.log(options.json ? backtestJson(result) : backtestSummary(result, { verbose, most }));
  if (result.problems.some(({ level }) => level === 'failed')) return EXIT.failed;
  return options.failOnAnomaly && result.alerts.length > 0 ? EXIT.anomaly : EXIT.ok;
}
