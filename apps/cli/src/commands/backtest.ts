import { exitCodeOf, type LookBackFlags, lookBackAsTold } from '../backtest/look-back-command.ts';
import { backtestJson } from '../view/backtest-json.ts';
import { backtestSummary } from '../view/backtest-summary.ts';

export interface BacktestOptions extends LookBackFlags {
  readonly json?: boolean;
  readonly verbose?: boolean;
}

const MOST_ALERTS = 20;

/** Says what a configuration would have sent. */
export async function backtest(options: BacktestOptions): Promise<number> {
  const result = await lookBackAsTold(options);
  const verbose = options.verbose ?? false;
  const most = verbose ? Number.POSITIVE_INFINITY : MOST_ALERTS;
  console.log(options.json ? backtestJson(result) : backtestSummary(result, { verbose, most }));
  return exitCodeOf(result, options);
}
