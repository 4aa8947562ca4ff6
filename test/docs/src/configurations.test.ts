import { configJsonSchema } from '@plumbline/config';
import { describe, expect, test } from 'vitest';
import { unknownKeys, wrongConfiguration } from './configurations.ts';
import { parsePage } from './markdown.ts';
import { PAGES, pageOf } from './repository.ts';

const SCHEMA = configJsonSchema();

const withYaml = PAGES.filter((path) => yamlOf(path).length > 0);

function yamlOf(path: string) {
  return pageOf(path).samples.filter(({ language }) => /^ya?ml$/.test(language));
}

describe('the pages', () => {
  test.each(withYaml)('%s shows configurations that are accepted', (path) => {
    expect(yamlOf(path).flatMap((sample) => wrongConfiguration(path, sample))).toEqual([]);
  });

  test('show some, whole and in part', () => {
    expect(withYaml).toContain('README.md');
    expect(withYaml).toContain('docs/configuration.md');
  });

  test.each(PAGES)('%s names keys that a configuration has', (path) => {
    expect(unknownKeys(path, pageOf(path).codes, SCHEMA)).toEqual([]);
  });
});

describe('a sample', () => {
  const wrong = (text: string) =>
    parsePage(`before\n\n\`\`\`yaml\n${text}\n\`\`\`\n`).samples.flatMap((sample) =>
      wrongConfiguration('page.md', sample),
    );

  test.each([
    'version: 1\nmonitors:\n  - { name: CPU, csv: cpu.csv }',
    'monitors:\n  - { name: CPU, csv: cpu.csv }',
    'deploy:\n  region: eu-central-1',
    'labels: labels.yaml',
    '- { label: incident, from: 2026-01-31T22:00:00Z, until: 2026-02-01T01:30:00Z }',
    'asOf: 2027-02-01\ncloudWatch: { dashboardPerMonth: 3.3 }',
    '# yaml-language-server: $schema=somewhere.json',
  ])('is accepted: %s', (text) => {
    expect(wrong(text)).toEqual([]);
  });

  test.each([
    ['version: 2\nmonitors:\n  - { name: CPU, csv: cpu.csv }', 'page.md:4:10: version: '],
    ['version: 1', 'page.md:4:1: monitors: '],
    ['monitors:\n  - name: CPU\n    cvs: cpu.csv', 'page.md:6:5: monitors[0].cvs: unknown key'],
    ['deploy:\n  regoin: eu-central-1', 'page.md:5:3: deploy.regoin: unknown key'],
    ['- { label: accident, from: 2026-01-31T22:00:00Z, until: 2026-02-01T01:30:00Z }', '[0].label'],
    ['asOf: 2027-02-01\ncloudWatch: { dashbord: 3.3 }', 'page.md:5:15: cloudWatch.dashbord: '],
    ['deploy: [', 'page.md:4: '],
    ['just words', 'page.md:4: expected keys of a configuration'],
  ])('is refused: %s', (text, message) => {
    expect(wrong(text)).toContainEqual(expect.stringContaining(message));
  });
});

test('a key that a sentence names has to exist, with what it is in', () => {
  const text =
    '`deploy.region`, `deploy.backend.bucket`, `defaults.period: 5m`, `local.directory`, ' +
    '`deploy.regoin`, `deploy.backend.pail`, `local.period`, `elsewhere.region`';
  expect(unknownKeys('page.md', parsePage(text).codes, SCHEMA)).toEqual([
    'page.md:1: deploy.regoin is no key of a configuration',
    'page.md:1: deploy.backend.pail is no key of a configuration',
    'page.md:1: local.period is no key of a configuration',
  ]);
});
