import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { helpOf, parseHelp } from './command-help.ts';
import { commandsOf } from './command-lines.ts';
import { type Callable, wrongCommand } from './commands.ts';
import { parsePage } from './markdown.ts';
import { PAGES, pageOf, ROOT, textOf } from './repository.ts';

const BIN = join(ROOT, 'node_modules/.bin');

const HERE: Callable = {
  scripts: JSON.parse(textOf('package.json')).scripts,
  installed: new Set(existsSync(BIN) ? readdirSync(BIN) : []),
  help: helpOf,
};

const withCommands = PAGES.filter((path) => commandsOf(pageOf(path)).some(isOurs));

function isOurs({ words }: { words: readonly string[] }): boolean {
  return /^(?:plumbline|pnpm|npm)$/.test(words[0] ?? '') && words.length > 1;
}

describe('the pages', () => {
  test.each(withCommands)('%s shows commands and options that exist', (path) => {
    const commands = commandsOf(pageOf(path));
    expect(commands.flatMap((command) => wrongCommand(path, command, HERE))).toEqual([]);
  });

  test('show some', () => {
    expect(withCommands).toEqual(expect.arrayContaining(['README.md', 'CONTRIBUTING.md']));
  });
});

describe('a command', () => {
  const wrong = (text: string) =>
    commandsOf(parsePage(text)).flatMap((command) => wrongCommand('page.md', command, HERE));
  const typed = (line: string) => wrong(`\`\`\`console\n$ ${line}\nwhat it prints\n\`\`\`\n`);

  test.each([
    'plumbline run --config my.yaml',
    'plumbline run -c=my.yaml && plumbline --help',
    'plumbline silence add monitor=CPU Host=web-* --for 2h --why "new kernel"',
    'pnpm plumbline score examples/local-run/data --out scores | head # some',
    'pnpm -s plumbline validate --json > out.json',
    'npm run plumbline -- validate',
    'npm start -- --fresh',
    'npm test -- packages/core',
    'NO_COLOR=1 pnpm plumbline backtest',
    'pnpm synth --out elsewhere',
    'pnpm invoke --data file.csv --repeat 2',
    'pnpm changeset',
    'pnpm exec vitest run infra -u',
    'terraform --whatever',
    'plumbline silence add \\\n  monitor=CPU --for 2h --why x',
  ])('is fine: %s', (line) => {
    expect(typed(line)).toEqual([]);
  });

  test.each([
    ['plumbline runn --config my.yaml', 'there is no command runn'],
    ['plumbline silence ad monitor=CPU', 'there is no command silence ad'],
    ['plumbline run --confg my.yaml', 'there is no option --confg'],
    ['plumbline silence add --days 3 x', 'there is no option --days'],
    ['plumbline run --config', 'a value of --config is missing'],
    ['plumbline run my.yaml', 'it takes no argument my.yaml'],
    ['plumbline score --out scores', 'an argument is missing'],
    ['true && plumbline run \\\n  --confg my.yaml', 'there is no option --confg'],
    ['pnpm plumbline run --confg my.yaml', 'there is no option --confg'],
    ['npm run plumbline -- runn', 'there is no command runn'],
    ['npm run plumbline validate', 'without -- npm takes validate for itself'],
    ['pnpm sinth', 'there is no script sinth'],
    ['pnpm run install', 'there is no script install'],
    ['npm run sinth', 'there is no script sinth'],
    ['pnpm synth --ouf elsewhere', 'there is no option --ouf'],
    ['pnpm invoke --reapeat 2', 'there is no option --reapeat'],
  ])('is wrong: %s', (line, message) => {
    expect(typed(line)).toEqual([expect.stringContaining(message)]);
  });

  test('in a sentence is one as well', () => {
    expect(wrong('Try `plumbline rum` or `pnpm lint:fixx`, or `plumbline score --out`.')).toEqual([
      'page.md:1: plumbline rum: there is no command rum',
      'page.md:1: pnpm lint:fixx: there is no script lint:fixx',
    ]);
  });

  test('of a script needs no prompt, and what a session prints is none', () => {
    expect(wrong('```sh\n# plumbline rum\nplumbline rum\n```')).toHaveLength(1);
    expect(wrong('```console\nplumbline rum\n```')).toEqual([]);
  });
});

test('a help says options with and without values, commands and arguments', () => {
  const help = parseHelp(
    [
      'Usage: plumbline score [options] <input> [more...]',
      '',
      'Options:',
      '  -o, --out <folder>  where',
      '                      --not an option',
      '  --json              as JSON',
      '',
      'Commands:',
      '  add [options] <key>  adds',
      '                       a wrapped line',
      '',
      'Example:',
      '  plumbline score',
    ].join('\n'),
  );
  expect([...help.options]).toEqual([
    ['-o', true],
    ['--out', true],
    ['--json', false],
  ]);
  expect([...help.commands]).toEqual(['add']);
  expect(help.required).toBe(1);
  expect(help.most).toBe(Number.POSITIVE_INFINITY);
});
