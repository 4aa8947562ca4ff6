import type { Command } from 'commander';

export function declareValidate(program: Command): void {
  program
    .command('validate')
    .description('check a configuration, and show what it comes to')
    .option('-c, --config <file>', 'the file to check', 'plumbline.yaml')
    .option('--json', 'print the resolved configuration as JSON')
    .addHelpText('after', '\nExample:\n  plumbline validate --config plumbline.yaml')
    .action(async (options) => {
      const { validate } = await import('../commands/validate.ts');
      process.exitCode = validate(options);
    });
}
