import type { Command } from 'commander';

const EXAMPLE = `
Examples:
  plumbline estimate --config plumbline.yaml --series "Queue depth=40"
  plumbline estimate --print-prices > prices.yaml
  plumbline estimate --prices prices.yaml`;

export function declareEstimate(program: Command): void {
  program
    .command('estimate')
    .description("what a configuration costs a month, beside CloudWatch's own alarms")
    .option('-c, --config <file>', 'what is watched', 'plumbline.yaml')
    .option(
      '--series <monitor=number>',
      'how many series a monitor with * has; can be said again for others',
      (text: string, before: readonly string[] = []) => [...before, text],
    )
    .option('--account', 'count them in the account, with your credentials')
    .option('--prices <file>', 'prices instead of those of the table, all or some')
    .option('--print-prices', 'print the price table, as a file to start from')
    .option('--free-tier', 'take off what an account has each month for nothing')
    .option('--json', 'print the bill as JSON')
    .addHelpText('after', EXAMPLE)
    .action(async (options) => {
      const { estimate } = await import('../commands/estimate.ts');
      process.exitCode = await estimate(options);
    });
}
