import type { Command } from 'commander';
import { wholeNumber } from './numbers.ts';

export function declareBacktest(program: Command): void {
  program
    .command('backtest')
    .description('replay the past, and say what would have been sent')
    .option('-c, --config <file>', 'what to watch', 'plumbline.yaml')
    .option('--days <number>', 'how many days to judge; what is before is history', wholeNumber, 14)
    .option('--until <time>', 'the end of it; now, or the end of each file, unless given')
    .option('--labels <file>', 'incidents to be found, which the detectors are then not told of')
    .option('--no-alternatives', 'do not ask what other rules would have sent')
    .option('--fail-on-anomaly', 'exit with 1 when there are alerts')
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
