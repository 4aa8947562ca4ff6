import { quoted } from '@plumbline/core';

/** One thing that is wrong with a configuration. */
export interface ConfigProblem {
  /** Where in the file, counted from 1. */
  readonly line: number;
  readonly column: number;
  /** Which key: `monitors[0].detector.type`; empty for the file as a whole. */
  readonly path: string;
  /** What was expected, and what is there. */
  readonly message: string;
}

/** A configuration that is refused, with everything that is wrong with it, in the order of the file. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly file: string;
  readonly problems: readonly ConfigProblem[];

  constructor(file: string, problems: readonly ConfigProblem[]) {
    const ordered = [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
    super(ordered.map((problem) => describeProblem(file, problem)).join('\n'));
    this.file = file;
    this.problems = ordered;
  }
}

/** `plumbline.yaml:7:5: monitors[0].period: expected a duration ...`, as editors and terminals link it. */
export function describeProblem(
  file: string,
  { line, column, path, message }: ConfigProblem,
): string {
  return `${file}:${line}:${column}: ${path === '' ? '' : `${path}: `}${message}`;
}

/** `['monitors', 0, 'period']` as `monitors[0].period`; a key that could forge lines is quoted. */
export function pathText(path: readonly PropertyKey[]): string {
  const keyText = (key: PropertyKey): string => {
    const text = String(key);
    return /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text) ? quoted(text) : text;
  };
  return path
    .map((key, i) =>
      typeof key === 'number' ? `[${key}]` : `${i === 0 ? '' : '.'}${keyText(key)}`,
    )
    .join('');
}
