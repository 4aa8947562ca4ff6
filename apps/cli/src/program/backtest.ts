import type { Command } from 'commander';
import { withLookBackOptions } from './look-back-options.ts';

export function declareBacktest(program: Command): void {
  const command = program
    .command('backtest')
    .description('replay the past, and say what would have been sent');
  withLookBackOptions(command)
    .option('--verbose', 'list all alerts, and every note on the input')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  plumbline backtest --days 14 --config examples/local-run/plumbline.yaml',
    )
    .action(async (options) => {
      const { backtest } = await import('../commands/backtest.ts');
      process.exitCode = await backtest(options);
    });
}
