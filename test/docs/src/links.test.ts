import { describe, expect, test } from 'vitest';
import { brokenLinks, type Place } from './links.ts';
import { parsePage } from './markdown.ts';
import { FILES, PAGES, pageOf, textOf } from './repository.ts';

/** Whom the pages send their readers to: a host is added here on purpose, and not by a slip of the pen. */
const HOSTS = new Set([
  'aws.amazon.com',
  'docs.aws.amazon.com',
  'developer.hashicorp.com',
  'github.com',
]);

const HERE: Place = { files: FILES, hosts: HOSTS, text: textOf, page: pageOf };

describe('the pages', () => {
  test('are those of the repository', () => {
    expect(PAGES).toContain('README.md');
    expect(PAGES).toContain('docs/decisions/0001-monorepo.md');
    expect(PAGES.length).toBeGreaterThan(30);
  });

  test.each(PAGES)('%s links to what is there, with images that have a text', (path) => {
    expect(brokenLinks(path, HERE)).toEqual([]);
  });
});

describe('a link', () => {
  const files: Record<string, string> = {
    'docs/page.md': '# What it is: `a`, & b\n\n## Twice\n\n## Twice\n\n<a id="here"></a>\n',
    'docs/picture.svg': '<svg/>',
    'code.ts': 'one\ntwo\n',
  };
  /** With a page of this text in it. */
  const broken = (text: string, path = 'README.md') => {
    const all: Record<string, string> = { ...files, [path]: text };
    const place: Place = {
      files: new Set(Object.keys(all)),
      hosts: HOSTS,
      text: (name) => all[name]!,
      page: (name) => parsePage(all[name]!),
    };
    return brokenLinks(path, place);
  };

  test.each([
    '[file](docs/page.md), [folder](docs), [folder](docs/), ![alt](docs/picture.svg)',
    '[heading](docs/page.md#what-it-is-a--b) and [the second](docs/page.md#twice-1)',
    '[an id](docs/page.md#here)',
    '[lines](code.ts#L1-L2), [address](https://github.com/numenta/NAB)',
    '[by name][name]\n\n[name]: docs/page.md',
    '`[code](nowhere.md)`\n\n```\n[code](nowhere.md)\n```\n',
    '<picture><source srcset="docs/picture.svg"><img alt="alt" src="docs/picture.svg"></picture>',
    '# Own\n\n[own](#own)',
  ])('is fine: %s', (text) => {
    expect(broken(text)).toEqual([]);
  });

  test('is relative to its page', () => {
    expect(broken('[up](../code.ts)', 'docs/other.md')).toEqual([]);
    expect(broken('[up](../../code.ts)', 'docs/other.md')).toEqual([
      'docs/other.md:1: ../../code.ts leads to nothing',
    ]);
  });

  test.each([
    ['[file](docs/paeg.md)', 'docs/paeg.md leads to nothing'],
    ['[case](Docs/page.md)', 'Docs/page.md leads to nothing'],
    ['[root](/docs/page.md)', '/docs/page.md is not relative to the page'],
    ['[heading](docs/page.md#what-it-is)', 'docs/page.md#what-it-is leads to no such heading'],
    ['[third](docs/page.md#twice-2)', 'docs/page.md#twice-2 leads to no such heading'],
    ['[lines](code.ts#L9)', 'code.ts#L9 leads to no such heading'],
    ['[old](http://github.com)', 'http://github.com is not https'],
    ['<http://github.com>', 'http://github.com is not https'],
    [
      '[typing](https://githbu.com/)',
      'https://githbu.com/ leads to a host that no other page knows',
    ],
    ['[by name][name]\n\n[name]: paeg.md', 'paeg.md leads to nothing'],
    ['![](docs/picture.svg)', 'docs/picture.svg is an image without a text'],
    ['![alt](docs/pictrue.svg)', 'docs/pictrue.svg leads to nothing'],
    ['<img src="docs/picture.svg">', 'docs/picture.svg is an image without a text'],
    [
      '<picture><source srcset="dark.svg"><img alt="alt" src="docs/picture.svg"></picture>',
      'dark.svg leads to nothing',
    ],
    ['<a href="paeg.md">html</a>', 'paeg.md leads to nothing'],
  ])('is broken: %s', (text, message) => {
    expect(broken(text)).toEqual([expect.stringContaining(message)]);
  });
});
