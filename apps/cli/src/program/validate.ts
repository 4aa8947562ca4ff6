import type { Command } from 'commander';

export function declareValidate(program: Command): void {
  program
    .command('validate')
    .description('check a configuration, and show what it comes to')
    .option('-c, --config <file>', 'the file to check', 'plumbline.yaml')
    .option('--account', 'also whether what it names is there, and has data')
    .option('--json', 'print the resolved configuration, or what was found, as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  plumbline validate --config plumbline.yaml\n  plumbline validate --account',
    )
    .action(async (options) => {
      const { validate } = await import('../commands/validate.ts');
      process.exitCode = await validate(options);
    });
}
