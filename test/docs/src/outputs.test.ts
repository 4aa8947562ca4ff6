import { describe, expect, test } from 'vitest';
import { parsePage } from './markdown.ts';
import { firstDifference, outputNow, shownOutputs } from './outputs.ts';
import { PAGES, pageOf } from './repository.ts';

const shown = PAGES.flatMap((path) =>
  shownOutputs(pageOf(path)).map((each) => [`${path}:${each.line}`, each] as const),
);

describe('the pages', () => {
  test.each(shown)('%s shows what is printed today', (_, each) => {
    expect(firstDifference(each.output, outputNow(each))).toBeUndefined();
  });

  test('show some output that anybody can repeat', () => {
    expect(shown.map(([where]) => where)).toContainEqual(expect.stringContaining('backtest.md'));
  });
});

describe('output that a page shows', () => {
  const printed = 'Done: 3 samples, 6.7 s.\n\nA  1\nB  2\nC  3\n';

  test.each([
    'Done: 3 samples, 1.2 s.\n\nA  1\nB  2\nC  3',
    'Done: 3 samples, 12 s.\n...',
    '...\nB  2\n...',
    'Done: 3 samples, 12 s.\n...\nB  2\n...\nC  3',
    '...\nC  3',
  ])('is as printed: %j', (text) => {
    expect(firstDifference(text, printed)).toBeUndefined();
  });

  test.each([
    ['Done: 4 samples, 6.7 s.\n...', 'Done: 4 samples, n s.'],
    ['...\nB  3\n...', 'B  3'],
    ['...\nB  2\n...\nA  1\n...', 'A  1'],
    ['Done: 3 samples, 6.7 s.\n...\nB  2', 'C  3'],
    ['A  1\n...', 'A  1'],
  ])('differs: %j', (text, difference) => {
    expect(firstDifference(text, printed)).toBe(difference);
  });

  test('is repeated when it is of the example, and of nothing else', () => {
    const linesOf = (command: string) =>
      shownOutputs(parsePage(`\`\`\`console\n$ ${command}\nprinted\n\`\`\`\n`)).length;
    expect(linesOf('pnpm plumbline backtest --config examples/local-run/plumbline.yaml')).toBe(1);
    expect(linesOf('pnpm plumbline backtest --config my.yaml')).toBe(0);
    expect(linesOf('pnpm plumbline validate --config plumbline.yaml --account')).toBe(0);
    expect(linesOf('pnpm plumbline run --config examples/local-run/plumbline.yaml')).toBe(0);
  });
});
