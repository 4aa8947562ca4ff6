import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { configJsonSchema, configReference, parseConfig } from './index.ts';

const read = (path: string): string => readFileSync(resolve(import.meta.dirname, path), 'utf8');
const REFUSED = '../testdata/refused';

/** What only the whole text, or several keys together, can show: an editor accepts these. */
const BEYOND_A_SCHEMA = [
  'address-written-twice.yaml',
  'any-dimension-in-an-expression.yaml',
  'autoencoder-without-a-bottleneck.yaml',
  'charts-kept-for-half-a-day.yaml',
  'confirm-more-than-it-looks-at.yaml',
  'cron-of-a-day-that-is-none.yaml',
  'cron-of-six-fields.yaml',
  'dimension-named-like-the-prototype.yaml',
  'file-in-a-region.yaml',
  'formula-that-runs-a-function.yaml',
  'formula-that-searches.yaml',
  'formula-with-an-open-bracket.yaml',
  'formula-with-an-unknown-name.yaml',
  'formula-without-one-of-its-metrics.yaml',
  'key-written-twice.yaml',
  'labels-that-cannot-be-read.yaml',
  'log-retention-cloudwatch-does-not-have.yaml',
  'maintenance-of-an-unknown-monitor.yaml',
  'maintenance-once-and-again.yaml',
  'maintenance-that-ends-before-it-begins.yaml',
  'most-series-of-one-metric.yaml',
  'name-used-twice.yaml',
  'one-topic-for-alerts-and-alarms.yaml',
  'period-cloudwatch-does-not-have.yaml',
  'schedule-of-half-minutes.yaml',
  'static-threshold-inside-out.yaml',
  'time-zone-that-does-not-exist.yaml',
  'time-zone-that-is-an-abbreviation.yaml',
  'timeout-beyond-lambda.yaml',
  'window-longer-than-cloudwatch-keeps.yaml',
  'window-shorter-than-warmup.yaml',
  'window-too-long.yaml',
];
/** What a YAML parser does not even hand over. */
const NOT_YAML = [
  'aliases-that-explode.yaml',
  'broken-yaml.yaml',
  'colon-in-a-text.yaml',
  'star-without-quotes.yaml',
  'unknown-tag.yaml',
];

describe('the JSON Schema for editors', () => {
  const accepts = new Ajv2020({ strict: false, validateFormats: false }).compile(
    configJsonSchema(),
  );

  test('accepts the configurations that ship', () => {
    expect(accepts(parse(read('../../../plumbline.yaml')))).toBe(true);
    expect(accepts(parse(read('../../../examples/local-run/plumbline.yaml')))).toBe(true);
    expect(accepts(parse(read('../../../examples/local-run/article.yaml')))).toBe(true);
  });

  test.each(
    readdirSync(resolve(import.meta.dirname, REFUSED)).filter(
      (name) => name.endsWith('.yaml') && ![...BEYOND_A_SCHEMA, ...NOT_YAML].includes(name),
    ),
  )('refuses what the command refuses: %s', (name) => {
    expect(accepts(parse(read(`${REFUSED}/${name}`)))).toBe(false);
  });
});

test('the example of the reference is a configuration', () => {
  const [, example = ''] = /```yaml\n(version: 1[^`]*)```/.exec(configReference()) ?? [];
  expect(parseConfig(example).monitors.map(({ source }) => source.kind)).toEqual([
    'cloudwatch',
    'cloudwatch',
    'cloudwatch-expression',
    'cloudwatch',
  ]);
});

describe('what is generated from the schema is up to date (pnpm docs:reference)', () => {
  test('the JSON Schema', () => {
    expect(JSON.parse(read('../schema/plumbline.schema.json'))).toEqual(configJsonSchema());
  });

  test('the reference page', () => {
    expect(read('../../../docs/configuration.md')).toBe(configReference());
  });
});
