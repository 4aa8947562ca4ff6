import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Label, messageOf } from '@plumbline/core';
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import type * as z from 'zod';
import { type Explanation, explainIssue } from './explain.ts';
import { type LabelInput, labelsSchema } from './guidance-schema.ts';
import { ConfigError, type ConfigProblem, pathText } from './problems.ts';
import { type Config, resolveConfig } from './resolve.ts';
import { resolveLabel } from './resolve-guidance.ts';
import { type ConfigInput, configSchema } from './schema.ts';

/** The longest file that is read; a larger one is not a configuration. */
const MOST_CHARACTERS = 5_000_000;

/** What the parser says of mistakes that many make, in words that say what to do. */
const SYNTAX: Readonly<Record<string, string>> = {
  BAD_ALIAS: 'a * that means any has to be in quotes: "*"',
  TAB_AS_INDENT: 'expected spaces, got a tab',
  BLOCK_AS_IMPLICIT_KEY:
    'a text with ": " in it has to be in quotes, and keys of one level begin in one column',
};

/** Reads a file that a configuration names, by its path as it is written. */
export type ReadSibling = (path: string) => string;

/**
 * Checks the text of a `plumbline.yaml` and resolves it.
 *
 * @param file - how messages name the file
 * @param readSibling - reads the files that it names; without it none may be named
 * @throws {ConfigError} with every problem: line, column, key, what was expected, the nearest key
 */
export function parseConfig(
  text: string,
  file = 'plumbline.yaml',
  readSibling?: ReadSibling,
): Config {
  return readConfig(text, file, readSibling).config;
}

/**
 * Reads a `plumbline.yaml` and the files that it names, relative to its folder, and resolves it.
 *
 * @param name - how messages name the file; its path unless told
 * @throws {ConfigError} as `parseConfig`
 * @throws {Error} the file cannot be read
 */
export function loadConfig(path: string, name = path): Config {
  const folder = dirname(resolve(path));
  const readSibling: ReadSibling = (sibling) => readFileSync(resolve(folder, sibling), 'utf8');
  return parseConfig(readFileSync(path, 'utf8'), name, readSibling);
}

/**
 * Reads a file of labels, as `labels` in a configuration names one.
 *
 * @throws {ConfigError} with every problem
 * @throws {Error} the file cannot be read
 */
export function loadLabels(path: string): readonly Label[] {
  const { parsed } = parseYaml(readFileSync(path, 'utf8'), path, labelsSchema);
  return parsed.map(resolveLabel);
}

/** As `parseConfig`, with the steps before: what is written, and what it is with its defaults filled in. */
export function readConfig(
  text: string,
  file: string,
  readSibling?: ReadSibling,
): { readonly written: unknown; readonly input: ConfigInput; readonly config: Config } {
  const { written, parsed, located } = parseYaml(text, file, configSchema);
  const refuse = (path: readonly PropertyKey[], message: string): never => {
    throw new ConfigError(file, [located({ path, message })]);
  };
  const readLabels = (path: string): readonly LabelInput[] => {
    if (readSibling === undefined) return refuse(['labels'], 'no other file can be read from here');
    let content: string;
    try {
      content = readSibling(path);
    } catch (error) {
      return refuse(['labels'], `cannot be read: ${messageOf(error)}`);
    }
    return parseYaml(content, join(dirname(file), path), labelsSchema).parsed;
  };
  const labels = parsed.labels === undefined ? [] : readLabels(parsed.labels);
  const { config, contradictions } = resolveConfig(parsed, labels);
  if (contradictions.length > 0) throw new ConfigError(file, contradictions.map(located));
  return { written, input: parsed, config };
}

/**
 * Checks the text of a YAML or JSON file against a schema, as `parseConfig` does with its own: for other files that people
 * write.
 *
 * @param file - how messages name the file
 * @throws {ConfigError} the text is no YAML, or not what the schema says
 */
export function parseYaml<Schema extends z.ZodType>(
  text: string,
  file: string,
  schema: Schema,
): {
  readonly written: unknown;
  readonly parsed: z.output<Schema>;
  /** Where in the text an explanation belongs. */
  readonly located: (explanation: Explanation) => ConfigProblem;
} {
  if (text.length > MOST_CHARACTERS) {
    const message = `expected at most ${MOST_CHARACTERS} characters, got ${text.length}`;
    throw new ConfigError(file, [{ line: 1, column: 1, path: '', message }]);
  }
  const lineCounter = new LineCounter();
  const document = parseDocument(text.replace(/^\uFEFF/, ''), { lineCounter, prettyErrors: false });
  const positionOf = (offset: number): Pick<ConfigProblem, 'line' | 'column'> => {
    const { line, col } = lineCounter.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const located = (explanation: Explanation): ConfigProblem => ({
    ...positionOf(offsetOf(document, explanation)),
    path: pathText(explanation.path),
    message: explanation.message,
  });

  const syntax = [...document.errors, ...document.warnings];
  if (syntax[0] !== undefined) {
    const { code, message, pos } = syntax[0]; // what comes after it mostly comes of it
    throw new ConfigError(file, [
      { ...positionOf(pos[0]), path: '', message: SYNTAX[code] ?? message },
    ]);
  }

  const written = toPlain(document, file);
  const parsed = schema.safeParse(written);
  if (!parsed.success) {
    const explanations = parsed.error.issues.flatMap((issue) =>
      explainIssue(issue, schema, written),
    );
    throw new ConfigError(file, explanations.map(located));
  }
  visit(document, {
    Pair(_, { key }) {
      // An object cannot keep it, so that another thing would be watched than is written.
      if (!isScalar(key) || key.value !== '__proto__') return;
      const message = 'expected another name than __proto__';
      throw new ConfigError(file, [{ ...positionOf(key.range?.[0] ?? 0), path: '', message }]);
    },
  });
  return { written, parsed: parsed.data, located };
}

/** An alias that unfolds into too much is refused by the parser, when the values are asked for. */
function toPlain(document: Document.Parsed, file: string): unknown {
  try {
    return document.toJS() ?? {};
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new ConfigError(file, [{ line: 1, column: 1, path: '', message }]);
  }
}

/** Where a path stands in the text; of something missing, where it would belong. */
function offsetOf(document: Document, { path, atKey }: Explanation): number {
  if (atKey === true) {
    const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
    const pair = isMap(parent)
      ? parent.items.find(({ key }) => (isScalar(key) ? key.value : key) === path.at(-1))
      : undefined;
    if (isNode(pair?.key) && pair.key.range) return pair.key.range[0];
  }
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return document.contents?.range?.[0] ?? 0;
}
