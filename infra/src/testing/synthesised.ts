import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Config, parseConfig } from '@plumbline/config';
import { ARCHIVE_NAME } from '../names.ts';
import { synthesise } from '../synthesise.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

/** The configuration of a file of this repository. */
export function configOf(path: string): Config {
  return parseConfig(readFileSync(resolve(ROOT, path), 'utf8'), path);
}

/** A configuration of one metric, with these lines under `deploy` and these as further monitors. */
export function configWith(deploy = '{}', monitors = ''): Config {
  return parseConfig(`version: 1
deploy: ${deploy}
monitors:
  - name: CPU
    metric: {namespace: AWS/EC2, name: CPUUtilization, dimensions: {InstanceId: i-1}}
${monitors}`);
}

export interface Statement {
  readonly sid?: string;
  readonly effect?: string;
  readonly actions: readonly string[];
  readonly resources?: readonly string[];
  readonly principals?: readonly {
    readonly type: string;
    readonly identifiers: readonly string[];
  }[];
  readonly condition?: readonly {
    readonly test: string;
    readonly variable: string;
    readonly values: readonly string[];
  }[];
}

/** What a test looks at of `cdk.tf.json`. */
export interface Synthesised {
  readonly text: string;
  readonly archive: Uint8Array;
  /** By type and name: `resource('aws_sns_topic', 'alerts')`. */
  resource(type: string, name: string): Readonly<Record<string, unknown>>;
  /** By name, of one type. */
  resources(type: string): Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  statements(policy: string): readonly Statement[];
  readonly policies: Readonly<Record<string, { readonly statement: readonly Statement[] }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly terraform: Readonly<Record<string, unknown>>;
  readonly provider: Readonly<Record<string, unknown>>;
}

/** An expression of Terraform, as the stack has it. */
export function tf(expression: string): string {
  return `\${${expression}}`;
}

/** An ARN of Terraform without what surrounds it: `aws_s3_bucket.state/*`. */
export function short(arn: string): string {
  return arn.replace(/^\$\{([\w.]+)\.arn\}/, '$1').replace(/^arn:.*:/, '');
}

/** The values that a statement asks of a key of the request. */
export function valuesOf({ condition = [] }: Statement, name: string): string[] {
  return condition.filter(({ variable }) => variable === name).flatMap(({ values }) => values);
}

/** A bundle for tests of the stack, which do not run it. */
export function bundleIn(folder: string): string {
  const bundle = join(folder, 'detect.mjs');
  writeFileSync(bundle, 'export const handler = async () => {};\n');
  for (const name of ['charts.mjs', 'charts.wasm', 'charts-latin-400.woff2', 'notes.txt']) {
    writeFileSync(join(folder, name), name);
  }
  return bundle;
}

/** Synthesises into a folder of its own, which is gone afterwards. */
export function synthesised(config: Config): Synthesised {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-synth-'));
  try {
    const stack = synthesise(config, { out: join(folder, 'out'), bundle: bundleIn(folder) });
    const text = readFileSync(join(stack, 'cdk.tf.json'), 'utf8');
    return read(text, readFileSync(join(stack, ARCHIVE_NAME)));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function read(text: string, archive: Uint8Array): Synthesised {
  const { resource, data, output, terraform, provider } = JSON.parse(text);
  const policies = data.aws_iam_policy_document;
  const found = <T>(value: T | undefined, what: string): T => {
    if (value === undefined) throw new Error(`the stack has no ${what}`);
    return value;
  };
  return {
    text,
    archive,
    resource: (type, name) => found(resource[type]?.[name], `${type}.${name}`),
    resources: (type) => resource[type] ?? {},
    statements: (policy) => found(policies[policy], `policy ${policy}`).statement,
    policies,
    outputs: output,
    terraform,
    provider: provider.aws[0],
  };
}
