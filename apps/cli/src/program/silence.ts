import type { Command } from 'commander';

const commands = () => import('../commands/silence.ts');

export function declareSilence(program: Command): void {
  const silence = program
    .command('silence')
    .description('have quiet about some series for a while, without a deploy')
    .addHelpText(
      'after',
      '\nExample:\n  plumbline silence add monitor=CPU --for 2h --why "new kernel"',
    );

  silence
    .command('add')
    .description('tell nobody of the series that fit, from the next slot on')
    .argument('<matcher...>', 'key=pattern, such as monitor=CPU or Host=web-*: all have to fit')
    .requiredOption('--for <duration>', 'how long: 30m, 2h, 3d; it ends by itself')
    .requiredOption('--why <text>', 'for whoever wonders')
    .option('-c, --config <file>', 'what is watched', 'plumbline.yaml')
    .option('--bucket <name>', 'the state bucket, instead of the one that is found')
    .option('--region <region>', 'where it is, instead of where it is deployed')
    .option('--json', 'print the silence as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  plumbline silence add monitor=CPU Host=web-* --for 2h --why "new kernel"',
    )
    .action(async (parts, options) => {
      const { addSilence } = await commands();
      process.exitCode = await addSilence(parts, options);
    });

  silence
    .command('list')
    .description('the silences in force')
    .option('--all', 'also those that are over')
    .option('-c, --config <file>', 'what is watched', 'plumbline.yaml')
    .option('--bucket <name>', 'the state bucket, instead of the one that is found')
    .option('--region <region>', 'where it is, instead of where it is deployed')
    .option('--json', 'print them as JSON')
    .addHelpText('after', '\nExample:\n  plumbline silence list')
    .action(async (options) => {
      const { listSilences } = await commands();
      process.exitCode = await listSilences(options);
    });

  silence
    .command('remove')
    .description('end a silence: what is still wrong is told in the next slot')
    .argument('<id>', 'as plumbline silence list shows it')
    .option('-c, --config <file>', 'what is watched', 'plumbline.yaml')
    .option('--bucket <name>', 'the state bucket, instead of the one that is found')
    .option('--region <region>', 'where it is, instead of where it is deployed')
    .option('--json', 'print what was removed as JSON')
    .addHelpText('after', '\nExample:\n  plumbline silence remove 1f0c9a3e')
    .action(async (id, options) => {
      const { removeSilence } = await commands();
      process.exitCode = await removeSilence(id, options);
    });
}
