import type { AlertMessage } from '@plumbline/core';
import type { Invocation } from '../local-function.ts';
import type { Arrival } from '../receivers.ts';
import { logLine } from './log-line.ts';
import type { InvokeReport } from './run.ts';

/** What happened, for people: what went in, what the function wrote, what came out, what it took. */
export function reportText(report: InvokeReport): string {
  const { against, data, invocations, arrivals, calls, memoryMb } = report;
  const sections = [
    data.length === 0
      ? undefined
      : section(
          'data',
          data.map(({ monitor, description }) => `${monitor}: ${description}`),
        ),
    ...invocations.map(({ logs }) => section('logs', logs.trimEnd().split('\n').map(logLine))),
    arrivals && section('arrived', arrivals.flatMap(arrivalLines), 'nothing'),
    section(against, [
      ...invocations.flatMap((invocation) => outcomeLines(invocation, memoryMb)),
      ...(calls ? [`calls: ${callsText(calls)}`] : []),
    ]),
  ];
  return sections.filter((text) => text !== undefined).join('\n\n');
}

function section(title: string, lines: readonly string[], otherwise = ''): string {
  const body = lines.length === 0 ? [otherwise] : lines;
  return [title, ...body.map((line) => `  ${line}`)].join('\n');
}

/** Ours are alerts; anything else on the topic is shown as it is. */
function arrivalLines({ at, title, content }: Arrival): string[] {
  const head = `${at}: ${title}`;
  const alert = content as Partial<AlertMessage> | null;
  if (typeof alert?.metric !== 'string') return [head, `  ${JSON.stringify(content)}`];
  const { state, severity, metric, current_value, expected, lower, upper, timestamp } = alert;
  const band = lower == null || upper == null ? '' : ` (${lower} to ${upper})`;
  return [
    head,
    `  ${severity} ${state}: ${metric} ${current_value}, expected ${expected}${band}, ${timestamp}`,
  ];
}

function outcomeLines(invocation: Invocation, memoryMb: number): string[] {
  const { outcome, error, durationMs, initMs, cpuMs, peakMb } = invocation;
  const figures = [
    `${outcome}: ${durationMs.toFixed(0)} ms`,
    ...(initMs === undefined ? [] : [`after a start of ${initMs.toFixed(0)} ms`]),
    ...(cpuMs === undefined ? [] : [`${cpuMs.toFixed(0)} ms of processor`]),
    `${peakMb.toFixed(0)} of ${memoryMb} MB`,
  ].join(', ');
  if (error !== undefined) return [figures, `${error.errorType}: ${error.errorMessage}`];
  return [figures, ...countsLines(invocation.result)];
}

/** Series that were not read are no failure of the function, and easily missed in its log. */
function countsLines(result: unknown): string[] {
  const { counts } = (result ?? {}) as { counts?: Readonly<Record<string, number>> };
  if (counts === undefined) return [];
  const { series, due, read, failed = 0, left = 0 } = counts;
  const missing = failed + left === 0 ? '' : `; see the log: ${failed} failed, ${left} left`;
  return [`series: ${series} watched, ${due} due, ${read} read${missing}`];
}

function callsText(calls: NonNullable<InvokeReport['calls']>): string {
  const texts = Object.entries(calls).map(([operation, count]) => `${operation} ${count}`);
  return texts.length === 0 ? 'none' : texts.sort().join(', ');
}
