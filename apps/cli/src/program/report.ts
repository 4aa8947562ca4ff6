import type { Command } from 'commander';
import { withLookBackOptions } from './look-back-options.ts';

export function declareReport(program: Command): void {
  const command = program
    .command('report')
    .description('replay the past, and draw it: one page for a browser, a chart for each series')
    .option('-o, --out <file>', 'where the page goes', 'report.html');
  withLookBackOptions(command)
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
