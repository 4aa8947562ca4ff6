import type { Command } from 'commander';

export function declareExplain(program: Command): void {
  program
    .command('explain')
    .description('why a sample did or did not alert, view by view')
    .argument('<monitor>', 'its name, or that of one of its series')
    .argument(
      '<time>',
      'such as "2026-11-25 03:05" or 2026-11-25T03:05Z (both in UTC), "2h ago", now',
    )
    .option('-s, --series <pattern>', 'which series of the monitor; * stands for any characters')
    .option('-c, --config <file>', 'what is watched', 'plumbline.yaml')
    .option('--json', 'print all of it as JSON')
    .addHelpText(
      'after',
      `
Example:
  plumbline explain "EC2 CPU" "2014-04-15 00:49" --series "*ac20cd" \\
    --config examples/local-run/plumbline.yaml`,
    )
    .action(async (monitor, time, options) => {
      const { explain } = await import('../commands/explain.ts');
      process.exitCode = await explain(monitor, time, options);
    });
}
