import type { Command } from 'commander';
import { wholeNumber } from './numbers.ts';

export function declareReport(program: Command): void {
  program
    .command('report')
    .description('replay the past, and draw it: one page for a browser, a chart for each series')
    .option('-c, --config <file>', 'what to watch', 'plumbline.yaml')
    .option('-o, --out <file>', 'where the page goes', 'report.html')
    .option('--days <number>', 'how many days to judge; what is before is history', wholeNumber, 14)
    .option('--until <time>', 'the end of it; now, or the end of each file, unless given')
    .option('--labels <file>', 'incidents to be found, which the detectors are then not told of')
    .option('--no-alternatives', 'do not ask what other rules would have sent')
    .option('--fail-on-anomaly', 'exit with 1 when there are alerts')
    .option('--verbose', 'list every note on the input')
    .option('--json', 'print what was written as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  plumbline report --out report.html --config examples/local-run/plumbline.yaml',
    )
    .action(async (options) => {
      const { report } = await import('../commands/report.ts');
      process.exitCode = await report(options);
    });
}
