import type { SeriesDecision } from '@plumbline/core';
import colors from 'picocolors';
import type { Story } from '../../explain/story.ts';
import { columns, fit, plural, printable, shortDuration } from '../text.ts';
import { differenceLines } from './difference-lines.ts';
import { factLines } from './facts.ts';
import { labelled, section, wrapped } from './layout.ts';
import { policyLines } from './policy-lines.ts';
import { verdictOf } from './verdict.ts';
import { adaptiveLines } from './views-table.ts';
import { number, onceIn, rarityText, when } from './words.ts';

/** How a sample came to its decision, for people, in 80 columns. */
export function explainText(story: Story, remarks: readonly string[]): string {
  const { decided } = story;
  const lines = [
    ...headline(story),
    '',
    ...subjectLines(story),
    ...(decided === undefined ? [] : reasonLines(decided, story)),
    ...section('BEFORE AND AFTER', aroundLines(story)),
    '',
    ...footer(story, remarks),
  ];
  return lines.join('\n');
}

function headline(story: Story): string[] {
  const { head, rest, tone } = verdictOf(story);
  const [first = '', ...others] = wrapped(`${head}${rest}`);
  return [colors.bold(tone(first)), ...others.map((line) => colors.bold(line))];
}

function subjectLines({ watched, askedMs, decided, before, after }: Story): string[] {
  const { monitor, series } = watched;
  const names = [
    monitor.name,
    series.metric,
    ...(series.resource === null ? [] : [series.resource]),
  ];
  const lines = [
    ...labelled('monitor', `${names.map(printable).join(' · ')} (${monitor.detector.type})`),
  ];
  if (decided === undefined) {
    const nearest = [before, after].flatMap((each) => (each === undefined ? [] : [when(each)]));
    return [...lines, ...labelled('nearest', `samples of ${nearest.join(' and ')}`)];
  }
  const { timestamp, value, expectation, score, rarity } = decided.verdict;
  if (timestamp !== askedMs) {
    const off = shortDuration(Math.abs(timestamp - askedMs));
    const side = timestamp < askedMs ? 'before' : 'after';
    lines.push(
      ...labelled('sample', `of ${when(timestamp)}, ${off} ${side} ${when(askedMs)}: the nearest`),
    );
  }
  const { expected, lower, upper } = expectation;
  const where = Number.isNaN(expected) ? '' : `, where ${number(expected)} was expected`;
  const band = Number.isNaN(lower) ? '' : ` (${bandText(lower, upper)})`;
  lines.push(...labelled('value', `${number(value, 6)}${where}${band}`));
  if (rarity !== undefined && !Number.isNaN(rarity)) {
    lines.push(...labelled('how rare', `${onceIn(rarity)} on this metric`));
  } else if (rarity === undefined && !Number.isNaN(score)) {
    lines.push(...labelled('score', number(score)));
  }
  return lines;
}

function bandText(lower: number, upper: number): string {
  if (!Number.isFinite(lower)) return `up to ${number(upper)} is not flagged`;
  if (!Number.isFinite(upper)) return `from ${number(lower)} up is not flagged`;
  return `${number(lower)} to ${number(upper)} is not far off`;
}

function reasonLines(decided: SeriesDecision, { watched }: Story): string[] {
  const { account } = decided;
  if (account === undefined) return [];
  const { explanation: its } = account;
  const policy = section('WHAT THE MONITOR ASKS FOR', policyLines(decided, watched.monitor));
  const difference = section('WHAT WOULD HAVE MADE A DIFFERENCE', differenceLines(decided));
  if (its === undefined) return [...policy, ...difference];
  if (its.kind !== 'adaptive') {
    return [...section('WHAT DECIDED', factLines(its)), ...policy, ...difference];
  }
  const { views, forecasts } = adaptiveLines(its);
  const remarks = [
    ...(its.isCounter
      ? wrapped('It only grows, so it is taken for a counter and judged by its growth per period.')
      : []),
    ...(!its.isCounter &&
    Math.abs(its.believed - decided.verdict.value) > 1e-9 * Math.abs(its.believed)
      ? wrapped(
          `It is believed up to ${number(its.believed)} only: three ranges beyond what was ever seen.`,
        )
      : []),
  ];
  return [
    ...policy,
    ...difference,
    ...section('HOW RARE: EACH VIEW AGAINST ITS OWN PAST', [
      ...views.table,
      ...remarks,
      '',
      ...views.sums,
    ]),
    ...section('WHAT WAS EXPECTED', forecasts),
  ];
}

/** Decisions shown before and after the one asked about. */
const BESIDE = 3;

function aroundLines({ decisions, decided, askedMs, changes }: Story): string[] {
  const moment = decided?.verdict.timestamp ?? askedMs;
  const first = decisions.findIndex(({ verdict }) => verdict.timestamp >= moment);
  const at = first < 0 ? decisions.length : first;
  const isNear = (i: number): boolean => i >= at - BESIDE && i <= at + BESIDE;
  const lastTold = decisions.findLastIndex(
    ({ decision }, i) => i < at - BESIDE && decision.transition !== undefined,
  );
  const nextTold = decisions.findIndex(
    ({ decision }, i) => i > at + BESIDE && decision.transition !== undefined,
  );
  const rows = decisions.flatMap((each, i) => {
    if (!isNear(i) && i !== lastTold && i !== nextTold) return [];
    const { verdict, decision, before } = each;
    const row = [
      each === decided ? '>' : ' ',
      when(verdict.timestamp),
      number(verdict.value),
      howFar(each),
      fit(whatText(decision, before), 30),
    ];
    return [{ timestamp: verdict.timestamp, row }];
  });
  const gaps = changes.map(({ slot, state, reason, severity }) => ({
    timestamp: slot,
    row: [
      ' ',
      when(slot),
      '',
      '',
      `${severity} ${state === 'firing' ? 'opens' : 'ends'}: ${reason}`,
    ],
  }));
  const all = [...rows, ...gaps].sort((a, b) => a.timestamp - b.timestamp);
  if (all.length === 0) return [];
  const isRarity = decisions.some(({ verdict }) => verdict.rarity !== undefined);
  const head = ['', 'TIME (UTC)', 'VALUE', isRarity ? 'RARE AS' : 'SCORE', 'WHAT BECAME OF IT'];
  const lines = columns(
    [head, ...all.map(({ row }) => row)],
    ['left', 'left', 'right', 'right', 'left'],
  );
  return lines.map((line, i) => (i === 0 ? colors.dim(line) : line));
}

function howFar({ verdict: { rarity, score } }: SeriesDecision): string {
  if (rarity === undefined) return number(score);
  return Number.isNaN(rarity) ? '-' : rarityText(rarity);
}

function whatText(
  { transition, state, reason }: SeriesDecision['decision'],
  before: SeriesDecision['before'],
): string {
  const severity =
    state.phase === 'firing'
      ? state.told.severity
      : before.phase === 'firing'
        ? before.told.severity
        : '';
  switch (transition) {
    case 'firing':
      return `${severity} opens: ${reason}`;
    case 'worse':
    case 'repeat':
      return `${severity} told again: ${reason}`;
    case 'resolved':
      return `${severity} ends: ${reason}`;
    default:
      return reason;
  }
}

function footer(
  { watched, learnedFrom, judgedFrom, isHistory, decisions, decided }: Story,
  remarks: readonly string[],
): string[] {
  const { locator } = watched.series;
  const history = learnedFrom === undefined ? '' : `, after history from ${when(learnedFrom)} on`;
  const who = locator.kind === 'csv' ? 'plumbline run' : 'the function';
  const replayed = `Replayed: ${plural(decisions.length, 'sample')} judged from ${when(judgedFrom)} on${history}; by the same rules as ${who}.`;
  const notes = [
    ...(isHistory
      ? [
          'plumbline run learns this time as history and tells nobody of it: this is what it would have told had it come in then.',
        ]
      : []),
    ...(decided !== undefined && decided === decisions[0]
      ? [
          'It is the first sample that was judged: whether an alert was open before it is not known.',
        ]
      : []),
    ...(locator.kind === 'csv'
      ? []
      : [
          'The function may have known more history, and pages of other series count for its budget: where its message says something else, that is what happened.',
        ]),
    ...remarks.map(printable),
  ];
  return [replayed, ...notes].flatMap((note) => wrapped(note)).map((line) => colors.dim(line));
}
