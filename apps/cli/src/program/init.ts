import type { Command } from 'commander';
import { wholeNumber } from './numbers.ts';

export function declareInit(program: Command): void {
  program
    .command('init')
    .description('propose monitors for what is alive in an account, or in CSV files')
    .option('--from-files <folder>', 'a folder with CSV files, instead of the account')
    .option('--region <region>', 'of the account; unless given, AWS_REGION or that of the profile')
    .option('--namespace <names...>', 'only metrics of these namespaces, such as AWS/Lambda')
    .option('-o, --out <file>', 'what to write', 'plumbline.yaml')
    .option('-m, --max <number>', 'the most monitors to propose', wholeNumber, 20)
    .option('-y, --yes', 'take the proposal without asking, on a terminal too')
    .option('--force', 'overwrite what is there')
    .option('--dry-run', 'print the configuration, and write nothing')
    .option('--schema-only', 'write the schema for editors, and nothing else')
    .option('--json', 'print what was done as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  plumbline init --region eu-central-1 --yes\n  plumbline init --from-files examples/local-run/data --out my.yaml',
    )
    .action(async (options) => {
      const { init } = await import('../commands/init.ts');
      process.exitCode = await init(options);
    });
}
