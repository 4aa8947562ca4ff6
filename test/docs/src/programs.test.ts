import { describe, expect, test } from 'vitest';
import { parsePage } from './markdown.ts';
import { printedBy, programsOf, typeErrors } from './programs.ts';
import { PAGES, pageOf } from './repository.ts';

const withPrograms = PAGES.filter((path) => programsOf(pageOf(path).samples).length > 0);

/** What the sentences of a page speak of, and its programs take as given. */
const GIVEN: Readonly<Record<string, string>> = {
  'test/harness/README.md': `
    declare const config: import('@plumbline/config').Config;
    declare const folder: string;
    declare const event: unknown;
    declare const planner: import('@plumbline/harness').LocalFunction;
  `,
};

describe('the pages', () => {
  test.each(withPrograms)('%s has programs that a compiler takes', (path) => {
    expect(typeErrors(path, programsOf(pageOf(path).samples), GIVEN[path])).toEqual([]);
  });

  test.each(withPrograms)('%s promises what its programs print', (path) => {
    const { printed, promised } = printedBy(programsOf(pageOf(path).samples)) ?? {};
    expect(printed).toBe(promised);
  });

  test('have some', () => {
    expect(withPrograms).toContain('README.md');
    expect(withPrograms).toContain('packages/core/README.md');
  });
});

describe('a program', () => {
  const errors = (text: string) => typeErrors('page.md', programsOf(parsePage(text).samples));

  test('may go on with what an earlier one has made', () => {
    const text =
      "```js\nimport { createZScore } from '@plumbline/core';\nconst z = createZScore();\n```\n" +
      'and later\n\n```ts\nz.learn(0, 1);\n```\n';
    expect(errors(text)).toEqual([]);
  });

  test.each([
    ['createZScore({ treshold: 6 });', 'page.md:3:16: error TS2561: Object literal may only'],
    ['createZscore();', "page.md:3:1: error TS2552: Cannot find name 'createZscore'"],
    ['createZScore().scores(0, 1);', 'page.md:3:16: error TS2551: Property'],
  ])('is refused: %s', (line, message) => {
    const text = `\`\`\`js\nimport { createZScore } from '@plumbline/core';\n${line}\n\`\`\`\n`;
    expect(errors(text)).toEqual([expect.stringContaining(message)]);
  });

  test.each([
    ['// 3', '3\n', '3\n'],
    ['// 4', '3\n', '4\n'],
  ])('that ends with %s is run, and held to it', (comment, printed, promised) => {
    const text = `\`\`\`js\nimport '@plumbline/core';\nconsole.log(1 + 2);\n${comment}\n\`\`\`\n`;
    expect(printedBy(programsOf(parsePage(text).samples))).toEqual({ printed, promised });
  });

  test('of something else is not ours to check', () => {
    expect(programsOf(parsePage('```js\nnot even code\n```\n').samples)).toEqual([]);
  });
});
