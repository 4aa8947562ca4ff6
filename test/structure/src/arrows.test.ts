import { readdirSync, readFileSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import { describe, expect, test } from 'vitest';
import { violationsOf } from './arrows.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

/** Folders whose files nobody here has written. */
const GENERATED = /(^|\/)(node_modules|dist|\.[^/]+)\//;

const sources = readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
  .map((path) => path.split(sep).join('/'))
  .filter((path) => /\.[cm]?[jt]sx?$/.test(path) && !GENERATED.test(path));

describe('the arrows of the architecture', () => {
  test('hold everywhere', () => {
    const files = sources.map((path) => ({
      path,
      text: readFileSync(resolve(ROOT, path), 'utf8'),
    }));
    expect(files.length).toBeGreaterThan(50);
    expect(violationsOf(files)).toEqual([]);
  });

  const DETECTOR = 'packages/core/src/detectors/z-score.ts';
  test.each([
    ['core importing config', DETECTOR, "import { parseConfig } from '@plumbline/config';"],
    [
      'core importing a type of config',
      DETECTOR,
      "import type { Config } from '@plumbline/config';",
    ],
    ['core naming a type inline', DETECTOR, "type C = import('@plumbline/config').Config;"],
    ['core importing a file', DETECTOR, "import { readFileSync } from 'node:fs';"],
    ['core importing it by its old name', DETECTOR, "import { readFileSync } from 'fs';"],
    ['core importing its file adapters', DETECTOR, "export * from '../files/csv.ts';"],
    ['core importing a package', DETECTOR, "import _ from 'lodash';"],
    ['core importing an SDK', DETECTOR, "await import('@aws-sdk/client-sns');"],
    ['core importing by a computed name', DETECTOR, 'await import(name);'],
    [
      'core loading the npm forest for everybody',
      DETECTOR,
      "import { IsolationForest } from 'isolation-forest';",
    ],
    ['core reading the clock', DETECTOR, 'const now = Date.now();'],
    ['core making a date of now', DETECTOR, 'const now = new Date();'],
    ['core reading the clock as a function', DETECTOR, 'const text = Date();'],
    ['core taking the clock apart', DETECTOR, 'const { now } = Date;'],
    ['core reading the clock by a computed name', DETECTOR, "const now = Date['now']();"],
    ['core making a date of whatever', DETECTOR, 'const now = new Date(...[]);'],
    ['core giving chance another name', DETECTOR, 'const M = Math;'],
    ['core drawing without a seed', DETECTOR, 'const draw = Math.random();'],
    ['core reading the environment', DETECTOR, "const topic = process.env['SNS_TOPIC_ARN'];"],
    ['core using the network', DETECTOR, "await fetch('https://example.com');"],
    ['core importing its tests', DETECTOR, "import { spike } from '../testing/series.ts';"],
    ['config importing an app', 'packages/config/src/parse.ts', "import '@plumbline/cli';"],
    [
      'an adapter importing config',
      'packages/aws-adapters/src/sns.ts',
      "import '@plumbline/config';",
    ],
    [
      'config importing the estimate',
      'packages/config/src/resolve.ts',
      "import { estimateRun } from '@plumbline/estimate';",
    ],
    [
      'the estimate importing the stack',
      'packages/estimate/src/bill.ts',
      "import '@plumbline/infra';",
    ],
    [
      'the estimate asking AWS',
      'packages/estimate/src/bill.ts',
      "import '@plumbline/aws-adapters';",
    ],
    [
      'the Lambda importing the estimate',
      'apps/lambda/src/detect.ts',
      "import '@plumbline/estimate';",
    ],
    ['infra importing core', 'infra/src/stack.ts', "import '@plumbline/core';"],
    [
      'an app with a vendor type',
      'apps/lambda/src/detect.ts',
      "import type { SNS } from '@aws-sdk/client-sns';",
    ],
    [
      'the Lambda importing what reads configuration',
      'apps/lambda/src/detect.ts',
      "import { parseConfig } from '@plumbline/config';",
    ],
    ['an app importing a test', 'apps/cli/src/plumbline.ts', "import '@plumbline/harness';"],
    [
      'an app importing the contracts of the ports',
      'apps/cli/src/plumbline.ts',
      "import '@plumbline/core/testing';",
    ],
    [
      'an app importing what the repository builds with',
      'apps/cli/src/plumbline.ts',
      "import '../../../scripts/licences.mjs';",
    ],
    [
      'a path into another package',
      'apps/cli/src/plumbline.ts',
      "import '../../../packages/core/src/index.ts';",
    ],
  ])('forbid %s', (_, path, text) => {
    expect(violationsOf([{ path, text }])).toHaveLength(1);
  });

  test.each([
    [
      'an app composing',
      'apps/cli/src/plumbline.ts',
      "import '@plumbline/core'; import '@plumbline/config';",
    ],
    [
      'what builds a package sharing what the repository builds with',
      'apps/cli/scripts/build.mjs',
      "import '../../../scripts/licences.mjs';",
    ],
    [
      'the estimate knowing the configuration',
      'packages/estimate/src/bill.ts',
      "import '@plumbline/config'; import '@plumbline/core';",
    ],
    ['the stack estimating', 'infra/src/preflight.ts', "import '@plumbline/estimate';"],
    [
      'a file adapter reading files',
      'packages/core/src/files/csv.ts',
      "import { readFileSync } from 'node:fs';",
    ],
    ['a date made of a timestamp', DETECTOR, 'const text = new Date(timestamp).toISOString();'],
    [
      'tests importing everything',
      'test/e2e/run.test.ts',
      "import '@plumbline/lambda'; import 'node:fs';",
    ],
    [
      "an app's test running the contracts of the ports",
      'apps/cli/src/sink.test.ts',
      "import '@plumbline/core/testing';",
    ],
  ])('allow %s', (_, path, text) => {
    expect(violationsOf([{ path, text }])).toEqual([]);
  });
});
