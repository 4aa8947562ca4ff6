import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ConfigError,
  describeProblem,
  type JsonSchema,
  loadLabels,
  parseConfig,
} from '@plumbline/config';
import { parsePrices } from '@plumbline/estimate';
import { parseDocument } from 'yaml';
import type { Located, Sample } from './markdown.ts';

/** What a part of a configuration needs around it. */
const MINIMAL: Readonly<Record<string, string>> = {
  version: 'version: 1',
  monitors: 'monitors:\n  - name: Any\n    metric: { namespace: Any, name: Any }',
};

const ANY_LABELS = '- { label: incident, from: 2026-01-31T22:00:00Z, until: 2026-02-01T01:30:00Z }';

/**
 * What is wrong with a sample in YAML: a whole configuration, one with a version, has to be accepted as it stands, a part of one
 * with the least around it, a list of labels as a file of labels, what has a day of prices as a
 * price file. Comments alone say nothing.
 */
export function wrongConfiguration(path: string, { text, line }: Sample): string[] {
  const where = `${path}:${line}`;
  const document = parseDocument(text);
  if (document.errors.length > 0) {
    return document.errors.map(({ message }) => `${where}: ${message.split('\n')[0]}`);
  }
  const written: unknown = document.toJS();
  if (written === null) return [];
  if (Array.isArray(written)) return refused(path, line, () => acceptLabels(text));
  if (typeof written !== 'object') return [`${where}: expected keys of a configuration`];
  if ('asOf' in written) return refused(path, line, () => parsePrices(text, path));
  const around = Object.entries(MINIMAL).flatMap(([key, value]) =>
    key in written || 'version' in written ? [] : [value],
  );
  // Beneath, so that lines in messages are those of the sample.
  const whole = [text, ...around, ''].join('\n');
  return refused(path, line, () => parseConfig(whole, path, () => ANY_LABELS));
}

function acceptLabels(text: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-docs-'));
  try {
    const file = join(folder, 'labels.yaml');
    writeFileSync(file, text);
    loadLabels(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @param line - of the page, at which the sample begins */
function refused(path: string, line: number, accept: () => unknown): string[] {
  try {
    accept();
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map((problem) =>
      describeProblem(path, { ...problem, line: line + problem.line - 1 }),
    );
  }
}

/** Keys of the file that are written with what they are in, such as `deploy.names.bucketPrefix`. */
const QUALIFIED = /^(?:defaults|deploy|local)(?:\.[A-Za-z]+)+(?=$|:)/;

/** What is wrong with code in a sentence that names a key of the configuration. */
export function unknownKeys(path: string, codes: readonly Located[], schema: JsonSchema): string[] {
  return codes.flatMap(({ text, line }) => {
    const [key] = QUALIFIED.exec(text) ?? [];
    if (key === undefined || hasKey(schema, key.split('.'))) return [];
    return [`${path}:${line}: ${key} is no key of a configuration`];
  });
}

/** Whether a schema, or one of its alternatives, has a key under a key. */
function hasKey(schema: JsonSchema, [first, ...rest]: readonly string[]): boolean {
  if (first === undefined) return true;
  const { properties = {}, anyOf = [], oneOf = [], allOf = [] } = schema as Composite;
  const inner = properties[first];
  if (inner !== undefined && hasKey(inner, rest)) return true;
  return [...anyOf, ...oneOf, ...allOf].some((each) => hasKey(each, [first, ...rest]));
}

interface Composite {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
}
