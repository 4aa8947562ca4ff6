import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import { type Explanation, explainIssue } from './explain.ts';
import { ConfigError, type ConfigProblem, pathText } from './problems.ts';
import { type Config, resolveConfig } from './resolve.ts';
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

/**
 * Checks the text of a `plumbline.yaml` and resolves it.
 *
 * @param file - how messages name the file
 * @throws {ConfigError} with every problem: line, column, key, what was expected, the nearest key
 */
export function parseConfig(text: string, file = 'plumbline.yaml'): Config {
  return readConfig(text, file).config;
}

/** As `parseConfig`, with the steps before: what is written, and what it is with its defaults filled in. */
export function readConfig(
  text: string,
  file: string,
): { readonly written: unknown; readonly input: ConfigInput; readonly config: Config } {
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

  const input = toPlain(document, file);
  const parsed = configSchema.safeParse(input);
  if (!parsed.success) {
    const explanations = parsed.error.issues.flatMap((issue) =>
      explainIssue(issue, configSchema, input),
    );
    throw new ConfigError(file, explanations.map(located));
  }
  const { config, contradictions } = resolveConfig(parsed.data);
  if (contradictions.length > 0) throw new ConfigError(file, contradictions.map(located));
  return { written: input, input: parsed.data, config };
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
