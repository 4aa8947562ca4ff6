import type { Command } from 'commander';

export function declareRun(program: Command): void {
  program
    .command('run')
    .description('look at what is new, alert on what is wrong, and show what was found')
    .option('-c, --config <file>', 'what to watch', 'plumbline.yaml')
    .option('--fresh', 'forget state and alerts of earlier runs first')
    .option('--fail-on-anomaly', 'exit with 1 when there are alerts')
    .option('--verbose', 'list every note on the input')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nFiles are replayed, CloudWatch is looked at as it is now; alerts become files, nothing is sent.\n' +
        '\nExample:\n  plumbline run --config examples/local-run/plumbline.yaml',
    )
    .action(async (options) => {
      const { runCommand } = await import('../commands/run.ts');
      process.exitCode = await runCommand(options);
    });
}
