import type { Invocation } from '@plumbline/harness';

/** A line that the function has written, as CloudWatch Logs shows it. */
export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly kind?: string;
  readonly concerned?: readonly string[];
  readonly error?: { readonly name: string; readonly message: string };
}

/** Lines of the function's own logger, in their order. */
export function logLines({ logs }: Invocation): readonly LogLine[] {
  return jsonLines(logs).filter((line): line is LogLine & object => 'level' in line);
}

/**
 * The figures of a run in the embedded metric format; undefined when it published none. Of an invocation with
 * several runs, one for each shard, their sum.
 */
export function figuresOf(
  { logs }: Invocation,
  runs = 1,
): Readonly<Record<string, number>> | undefined {
  const lines = jsonLines(logs).filter((line) => '_aws' in line) as Record<string, unknown>[];
  if (lines.length > runs) throw new Error(`one line of figures a run, got ${lines.length}`);
  if (lines.length === 0) return undefined;
  const sums: Record<string, number> = {};
  for (const [name, value] of lines.flatMap(Object.entries)) {
    if (typeof value === 'number') sums[name] = (sums[name] ?? 0) + value;
  }
  return sums;
}

function jsonLines(logs: string): object[] {
  const lines = logs.split('\n').filter((line) => line.startsWith('{'));
  return lines.map((line) => JSON.parse(line) as object);
}
