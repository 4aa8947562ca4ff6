import type { Explanation } from '@plumbline/core';
import { labelled } from './layout.ts';
import { number, times } from './words.ts';

const FACT_COLUMNS = 22;

/** The numbers that decided, of a detector that has but a few. */
export function factLines(its: Exclude<Explanation, { kind: 'adaptive' }>): string[] {
  return factsOf(its).flatMap(([label, text]) => labelled(label, text, FACT_COLUMNS));
}

type Fact = readonly [label: string, text: string];

function factsOf(its: Exclude<Explanation, { kind: 'adaptive' }>): readonly Fact[] {
  const { score, threshold } = its;
  const against: Fact = ['score', `${number(score)}; flagged above ${number(threshold)}`];
  switch (its.kind) {
    case 'static-threshold':
      return [
        ...(Number.isFinite(its.above) ? [['limit above', number(its.above)] as const] : []),
        ...(Number.isFinite(its.below) ? [['limit below', number(its.below)] as const] : []),
        ['beyond by', number(score)],
      ];
    case 'z-score':
      return [
        ['samples of the window', its.samples.toLocaleString('en-US')],
        ['mean', number(its.mean)],
        ['standard deviation', number(its.standardDeviation)],
        ['deviations off', `${times(score)}; flagged above ${number(threshold)}`],
      ];
    case 'interquartile-range':
      return [
        ['samples of the window', its.samples.toLocaleString('en-US')],
        ['quartiles', `${number(its.q1)}, ${number(its.median)}, ${number(its.q3)}`],
        ['fences', `${number(its.lowerFence)} to ${number(its.upperFence)}`],
        [
          'ranges outside',
          `${times(score)} of ${number(its.q3 - its.q1)}; flagged above ${number(threshold)}`,
        ],
      ];
    case 'isolation-forest':
    case 'isolation-forest-views': {
      const views = its.kind === 'isolation-forest-views' ? its.views : [];
      return [
        ['samples of the window', its.samples.toLocaleString('en-US')],
        ["forest's score", `${number(its.isolation)}; 0.5 is ordinary, 1 is alone`],
        [
          'quota',
          `the highest ${number(100 * its.contamination)} % begin at ${number(its.quotaFrom)}`,
        ],
        ...views.map(({ name, distance }): Fact => [`${name} off by`, number(distance)]),
        against,
      ];
    }
    case 'closed-form-forest':
      return [
        ['samples of the window', its.samples.toLocaleString('en-US')],
        ['they go from', `${number(its.least)} to ${number(its.most)}`],
        [
          'splits until alone',
          `${number(its.depth, 3)}; an ordinary sample takes ${number(its.ordinaryDepth, 3)}`,
        ],
        against,
      ];
    case 'autoencoder':
      return [
        ['restored as', number(its.restored)],
        [
          'usual error',
          `${number(its.unit * its.trainingError)}, which 1 in 100 exceeded in training`,
        ],
        against,
      ];
  }
}
