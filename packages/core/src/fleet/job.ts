import type { Silence } from '../alerts/silences.ts';
import { messageOf } from '../errors.ts';
import type { Shard } from './shards.ts';

/** What a planner asks of a worker: one shard, in one slot. */
export interface ShardJob {
  /** ms since the epoch. */
  readonly slot: number;
  readonly shard: Shard;
  /** Names the content of the plan, so that a worker that has it need not read it. */
  readonly plan: string;
  /** Those in force, as the planner has read them. */
  readonly silences: readonly Silence[];
  /** When the estate opened pages, ms since the epoch. */
  readonly pages: readonly number[];
}

const VERSION = 1;

/** More than a week can have: what says more is no job. */
const MOST_PAGES = 1_000_000;

/** Pages opened at one moment; where thousands break at once that is short, and a message has to be. */
type PagesAt = readonly [timestamp: number, count: number];

/** A message is not a job. */
export class UnreadableJobError extends Error {
  override readonly name = 'UnreadableJobError';
}

/** As JSON, with pages of one moment counted: a queue takes 256 KiB. */
export function encodeJob({ pages, ...job }: ShardJob): string {
  return JSON.stringify({ version: VERSION, ...job, pages: counted(pages) });
}

/** @throws {UnreadableJobError} the text is something else, or of another version */
export function decodeJob(text: string): ShardJob {
  let job:
    | (Partial<Omit<ShardJob, 'pages'>> & { readonly version?: unknown; readonly pages?: unknown })
    | null;
  try {
    job = JSON.parse(text);
  } catch (error) {
    throw new UnreadableJobError(`not JSON: ${messageOf(error)}`);
  }
  const { version, slot, shard, plan, silences, pages } = job ?? {};
  const isJob =
    version === VERSION &&
    Number.isFinite(slot) &&
    Number.isInteger(shard?.index) &&
    Number.isInteger(shard?.count) &&
    shard!.index >= 0 &&
    shard!.index < shard!.count &&
    typeof plan === 'string' &&
    Array.isArray(silences) &&
    isPages(pages);
  if (!isJob) throw new UnreadableJobError(`no job of version ${VERSION}`);
  return { slot: slot!, shard: shard!, plan, silences, pages: pages.flatMap(repeated) };
}

function counted(pages: readonly number[]): readonly PagesAt[] {
  const counts = new Map<number, number>();
  for (const page of pages) counts.set(page, (counts.get(page) ?? 0) + 1);
  return [...counts];
}

function repeated([timestamp, count]: PagesAt): readonly number[] {
  return new Array<number>(count).fill(timestamp);
}

function isPages(value: unknown): value is readonly PagesAt[] {
  if (!Array.isArray(value)) return false;
  let total = 0;
  return value.every((each: unknown) => {
    const [timestamp, count] = Array.isArray(each) ? (each as unknown[]) : [];
    total += Number.isInteger(count) && Number(count) > 0 ? Number(count) : MOST_PAGES + 1;
    return Number.isFinite(timestamp) && total <= MOST_PAGES;
  });
}
