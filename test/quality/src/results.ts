import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SetName } from './corpus.ts';
import type { CostFigures } from './cost.ts';
import type { EventFigures } from './event-figures.ts';
import type { NabFigures, SweptFigures } from './nab-figures.ts';
import type { SliceFigures } from './slice.ts';

const FILE = join(import.meta.dirname, '..', 'results.json');

/** When something was measured, and of which code. */
export interface Provenance {
  /** The day, as 2026-01-31. */
  readonly date: string;
  /** With a + where core had changes that were not committed. */
  readonly commit: string;
}

/** Set by set, because a run can be of some sets only. */
export interface DetectorResult {
  readonly nab?: Provenance & NabFigures;
  readonly mscloud?: Provenance & EventFigures;
  readonly kpi?: Provenance & EventFigures;
  readonly cost?: Provenance & CostFigures;
}

/** The sets whose events are marked row by row. */
export const EVENT_SETS = ['mscloud', 'kpi'] as const satisfies readonly SetName[];
export type EventSetName = (typeof EVENT_SETS)[number];

export type YardstickFigures = Pick<EventFigures, 'swept' | 'within'>;

/** All that is committed. */
export interface Results {
  readonly defaultDetector: string;
  readonly detectors: Readonly<Record<string, DetectorResult>>;
  /** Of published row scores on nab, by the name that their authors gave the detector. */
  readonly published: Readonly<Record<string, SweptFigures>>;
  /** Of simple rules, by rule and set. */
  readonly yardsticks: Readonly<Record<string, Partial<Record<EventSetName, YardstickFigures>>>>;
  /** Of the default detector on a few series, which the tests compare with. */
  readonly slice: Readonly<Record<string, SliceFigures>>;
}

export const NO_RESULTS: Results = {
  defaultDetector: '',
  detectors: {},
  published: {},
  yardsticks: {},
  slice: {},
};

export function readResults(): Results {
  return existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : NO_RESULTS;
}

export function writeResults(results: Results): void {
  writeFileSync(FILE, resultsText(results));
}

export function resultsText(results: Results): string {
  return `${jsonText(results)}\n`;
}

/** The results with what was measured now in place of what it replaces. */
export function mergeResults(before: Results, now: Partial<Results>): Results {
  const merged = <Entry extends object>(
    old: Readonly<Record<string, Entry>>,
    young: Readonly<Record<string, Entry>> = {},
  ): Record<string, Entry> => {
    const names = [...new Set([...Object.keys(old), ...Object.keys(young)])];
    return Object.fromEntries(
      names.map((name) => [name, { ...old[name], ...young[name] } as Entry]),
    );
  };
  return {
    defaultDetector: now.defaultDetector ?? before.defaultDetector,
    detectors: merged(before.detectors, now.detectors),
    published: now.published ?? before.published,
    yardsticks: merged(before.yardsticks, now.yardsticks),
    slice: now.slice ?? before.slice,
  };
}

/** A detector's name in a table. */
export function labelOf({ defaultDetector }: Results, name: string): string {
  return name === defaultDetector ? `${name} (default)` : name;
}

/** The run that figures are from, in a table. */
export function runOf({ commit }: Provenance): string {
  return commit;
}

/** Digits that are the same wherever the figures are computed. */
const SIGNIFICANT_DIGITS = 6;

export function rounded<Figures>(figures: Figures): Figures {
  const text = JSON.stringify(figures, (_, value) =>
    typeof value === 'number' ? Number(value.toPrecision(SIGNIFICANT_DIGITS)) : value,
  );
  return JSON.parse(text);
}

/** JSON with a line for each innermost object: a diff shows which figures moved. */
function jsonText(value: unknown, indent = ''): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value);
  const inner = `${indent}  `;
  const isInnermost = entries.every(([, each]) => typeof each !== 'object' || each === null);
  const members = entries.map(([key, each]) => `${JSON.stringify(key)}: ${jsonText(each, inner)}`);
  if (isInnermost) return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
  return `{\n${members.map((member) => `${inner}${member}`).join(',\n')}\n${indent}}`;
}
