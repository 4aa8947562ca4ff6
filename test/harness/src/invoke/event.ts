import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { messageOf } from '@plumbline/core';
import { UsageError } from './problem.ts';

/** @see https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html */
export interface ScheduledEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': 'Scheduled Event';
  readonly source: 'aws.events';
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, never>>;
}

const MINUTE_MS = 60_000;

/** What EventBridge's schedule would send in this minute. */
export function scheduledEvent(
  nowMs: number,
  { region, rule }: { readonly region: string; readonly rule: string },
): ScheduledEvent {
  const account = '123456789012';
  const minute = new Date(Math.floor(nowMs / MINUTE_MS) * MINUTE_MS);
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account,
    time: minute.toISOString().replace('.000Z', 'Z'),
    region,
    resources: [`arn:aws:events:${region}:${account}:rule/${rule}`],
    detail: {},
  };
}

/**
 * The event of a file, `-` for stdin.
 * @throws {UsageError} it cannot be read, or is no JSON
 */
export function readEvent(file: string): unknown {
  const name = file === '-' ? 'stdin' : file;
  let text: string;
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read the event: ${messageOf(error)}`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${name}: expected an event as JSON: ${messageOf(error)}`);
  }
}

/** The moment that the function will take an event for: its time, or else the clock. */
export function momentOf(event: unknown, nowMs: number): number {
  const time = (event as { readonly time?: unknown } | null)?.time;
  const timeMs = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  const moment = Number.isNaN(timeMs) ? nowMs : timeMs;
  return Math.floor(moment / MINUTE_MS) * MINUTE_MS;
}
