import { parseConfig } from '@plumbline/config';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import type { Proposal } from './proposal.ts';
import { proposeMonitors } from './propose-metrics.ts';
import { configText } from './write-config.ts';

const textOf = (proposals: readonly Proposal[], leftOut: readonly string[] = []): string =>
  configText({
    schema: 'plumbline.schema.json',
    origin: 'Proposed',
    region: 'eu-central-1',
    replay: '3d',
    proposals,
    leftOut,
  });

/** What CloudWatch takes as a name, with what YAML, and this configuration, give a meaning to. */
const ascii = fc.string({
  unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
  minLength: 1,
  maxLength: 40,
});
const TRICKY = [
  '*',
  '<<',
  '~',
  'null',
  'true',
  'no',
  '1',
  '1e3',
  '0x10',
  '.inf',
  '2026-11-26',
  '- a',
  '# a',
  'a #b',
  'a: b',
  ':',
  '&a',
  '*a',
  '!tag',
  '|',
  '>',
  '%x',
  '@x',
  '`x`',
  '{}',
  '[]',
  '{{x}}',
  '"',
  "'",
  '\\',
  '\\n',
  ' ',
  '  a  ',
  '?',
  '---',
  '...',
  '__proto__',
  'constructor',
  'toString',
  '$x',
  'monitors:',
  'x'.repeat(255),
];
const hostile = fc.oneof(ascii, fc.constantFrom(...TRICKY));
const metrics = fc.array(
  fc.record({
    namespace: fc.oneof(hostile, fc.constantFrom('AWS/Lambda', 'AWS/EC2', 'AWS/ApiGateway')),
    metric: fc.oneof(
      hostile,
      fc.constantFrom('Errors', 'Invocations', 'CPUUtilization', '5xx', 'Count'),
    ),
    dimensions: fc.oneof(
      fc
        .array(fc.tuple(hostile, hostile), { maxLength: 4 })
        .map((pairs) => Object.fromEntries(pairs)),
      hostile.map((FunctionName) => ({ FunctionName })),
      hostile.map((ApiId) => ({ ApiId })),
    ),
  }),
  { minLength: 1, maxLength: 12 },
);

describe('the proposed configuration', () => {
  test('passes the check of plumbline validate, whatever the metrics are called, and watches just them', () => {
    fc.assert(
      fc.property(metrics, (alive) => {
        const { proposals } = proposeMonitors(alive);
        fc.pre(proposals.length > 0);
        const { monitors } = parseConfig(textOf(proposals));
        expect(monitors.map(({ name }) => name)).toEqual(proposals.map(({ entry }) => entry.name));
        monitors.forEach(({ source }, i) => {
          const { metric, expression } = proposals[i]!.entry;
          if (metric !== undefined) {
            const { name, ...same } = metric;
            expect(source).toMatchObject({ ...same, metric: name });
          } else expect(source).toMatchObject({ expression: expression!.formula });
        });
      }),
      { numRuns: 300 },
    );
  });

  test('says in comments only what is a comment, whatever is left out or named', () => {
    const anything = fc.string({ unit: 'binary', maxLength: 40 });
    fc.assert(
      fc.property(
        fc.array(anything, { minLength: 1, maxLength: 5 }),
        anything,
        (leftOut, group) => {
          const { proposals } = proposeMonitors([
            { namespace: 'Shop', metric: 'Orders', dimensions: {} },
          ]);
          const text = textOf([{ ...proposals[0]!, group, groupNote: group }], leftOut);
          const document = parseDocument(text);
          expect(document.errors).toEqual([]);
          expect(document.toJS()).toEqual(parseDocument(textOf(proposals)).toJS());
        },
      ),
      { numRuns: 300 },
    );
  });

  test('cannot be continued by a name with line ends', () => {
    const evil = 'x\nmonitors: []\r# \u2028\u0085deploy: {}';
    const { proposals } = proposeMonitors([
      { namespace: 'Shop', metric: 'Orders', dimensions: {} },
    ]);
    const text = textOf([{ ...proposals[0]!, group: evil }], [evil]);
    expect(text).toContain('# - x\\u000amonitors: []\\u000d# \\u2028\\u0085deploy: {}');
    expect(text.match(/^monitors:/gm)).toHaveLength(1);
  });
});
