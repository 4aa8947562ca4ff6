import { beforeAll, describe, expect, test } from 'vitest';
import { type DetectorSpec, loadDetector } from '../detectors/detector-spec.ts';
import { createSeriesFold, type Judged, type Surroundings } from '../pipeline/series-fold.ts';
import { calm, timeOf } from '../testing/series.ts';
import type { Account } from './account.ts';
import { ALERT_OK } from './lifecycle.ts';
import type { AlertPolicy } from './policy.ts';

const HISTORY = 7 * 288;
const Z_SCORE = { type: 'z-score', threshold: 6 } as const;
const POLICY: AlertPolicy = { direction: 'both', resolveAfterSamples: 3 };

/** Off by as much as is worth a notice, and no page. */
const NOTICE = 62;

interface Scene {
  readonly spec?: DetectorSpec;
  readonly policy?: Partial<AlertPolicy>;
  readonly around?: Surroundings;
}

/** A week of calm around 50, then these values: the last of them with its account. */
async function lastOf(
  values: readonly number[],
  scene: Scene = {},
): Promise<Judged & { account: Account }> {
  const detector = (await loadDetector(scene.spec ?? { type: 'adaptive' }))();
  const policy = { ...POLICY, ...scene.policy };
  const fold = createSeriesFold({ detector, policy, alert: ALERT_OK });
  calm(HISTORY).forEach((value, i) => {
    fold.learn(timeOf(i), value);
  });
  const judged = values.map((value, i) => {
    return fold.judge(timeOf(HISTORY + i), value, { ...scene.around, explain: true });
  });
  return judged.at(-1) as Judged & { account: Account };
}

/** What is told of a value, judged as `lastOf` judges it. */
async function told(value: number, scene?: Scene): Promise<string | undefined> {
  const { decision } = await lastOf([value], scene);
  return decision.state.phase === 'firing' ? decision.state.told.severity : undefined;
}

describe('the account of a sample', () => {
  let page: Judged & { account: Account };
  let notice: Judged & { account: Account };
  beforeAll(async () => {
    [page, notice] = await Promise.all([lastOf([200]), lastOf([NOTICE])]);
  });

  test('is left out unless asked for', async () => {
    const detector = (await loadDetector({ type: 'adaptive' }))();
    const fold = createSeriesFold({ detector, policy: POLICY, alert: ALERT_OK });
    expect(fold.judge(timeOf(0), 50)).not.toHaveProperty('account');
  });

  test('has the bars of docs/alerts.md, which the sensitivity moves and a spent budget raises', async () => {
    expect(page.account.bars).toEqual({ notice: 3, page: 28, stays: 1.5 });
    const policy = { sensitivity: 2 };
    expect((await lastOf([50], { policy })).account.bars).toEqual({
      notice: 1.5,
      page: 14,
      stays: 0.75,
    });
    const raised = await lastOf([50], { around: { raise: 1.5 } });
    expect(raised.account.bars).toEqual({ notice: 3, page: 42, stays: 1.5 });
  });

  test('says what the verdict was made of, before the sample was learned', () => {
    const { explanation, signal } = page.account;
    expect(explanation).toMatchObject({ kind: 'adaptive', rarity: page.verdict.rarity });
    expect(signal).toBe(page.verdict.rarity);
    expect(page.account).toMatchObject({ reaches: 'page', isFlagged: true, side: 'above' });
  });

  test('from the value that it names on, a sample is a page or a notice; just within, it is not', async () => {
    const { reach } = page.account;
    for (const side of ['above', 'below'] as const) {
      const [far, near] = side === 'above' ? [1e-4, -1e-4] : [-1e-4, 1e-4];
      expect(await told(reach.page[side] + far)).toBe('page');
      expect(await told(reach.page[side] + near)).toBe('notice');
      expect(await told(reach.notice[side] + far)).toBe('notice');
      expect(await told(reach.notice[side] + near)).toBeUndefined();
    }
  });

  test('names the values of a detector with a threshold where its band is its limit, and only there', async () => {
    const limits = await lastOf([50], { spec: { type: 'static-threshold', above: 90 } });
    expect(limits.account.reach.page).toEqual({ above: 90, below: -Infinity });
    const score = await lastOf([50], { spec: Z_SCORE });
    expect(score.account.reach.page.above).toBe(score.verdict.expectation.upper);
    const forest = await lastOf([50], { spec: { type: 'isolation-forest', trees: 10 } });
    expect(forest.account.reach.page).toEqual({ above: Infinity, below: -Infinity });
  });

  test('a sensitivity that it names makes of the sample what it says', async () => {
    expect(notice.account.reaches).toBe('notice');
    const { whatIfs } = notice.account;
    const named = whatIfs.filter(({ change }) => change.what === 'sensitivity');
    expect(named.map(({ told: then }) => then)).toEqual(['nothing', 'page']);
    for (const { change, told: then } of named) {
      if (change.what !== 'sensitivity') continue;
      const policy = { sensitivity: change.to };
      expect((await told(NOTICE, { policy })) ?? 'nothing').toBe(then);
    }
  });

  test.each([
    ['direction', { policy: { direction: 'below' } }, 'other-direction'],
    ['minEffect', { policy: { minEffect: { absolute: 500 } } }, 'small-effect'],
    ['confirm', { policy: { confirm: { flagged: 2, of: 3 } } }, 'unconfirmed'],
    ['mute', { around: { mute: { reason: 'silenced', by: '1f0c9a3e' } } }, 'silenced'],
    ['label', { around: { label: 'normal' } }, 'labelled-normal'],
  ] as const)('what stopped a page is named: %s', async (what, scene, reason) => {
    const { decision, account } = await lastOf([200], scene);
    expect(decision.reason).toBe(reason);
    const named = account.whatIfs.find(({ change }) => change.what === what);
    expect(named).toMatchObject({ told: 'page', reason: 'first-flagged' });
  });

  test('a budget that is overspent is named, where it made a notice of a page', async () => {
    const { decision, account } = await lastOf([200], { around: { raise: 1e6 } });
    expect(decision.reason).toBe('over-budget');
    expect(account).toMatchObject({ raise: 1e6, reaches: 'notice' });
    const named = account.whatIfs.find(({ change }) => change.what === 'budget');
    expect(named).toMatchObject({ told: 'page' });
  });

  test('tells of the alert that is open, and what would be told again', async () => {
    const { account } = await lastOf([200, 60]);
    const since = timeOf(HISTORY);
    expect(account.open).toMatchObject({
      since,
      severity: 'page',
      cleanSamples: 0,
      isUntold: false,
    });
    // 25 times as rare as what was told (docs/alerts.md).
    expect(account.open?.worseFrom).toBeCloseTo(25 * page.account.signal, 6);
    expect(account.quiet).toBeUndefined();
  });

  test('counts the samples that confirm, with this one', async () => {
    const scene = { spec: Z_SCORE, policy: { confirm: { flagged: 3, of: 4 } } };
    expect((await lastOf([200, 200], scene)).account.confirm.counted).toBe(2);
    expect((await lastOf([200, 50, 200], scene)).account.confirm.counted).toBe(2);
    expect((await lastOf([200, 50, 50, 50, 50], scene)).account.confirm.counted).toBe(0);
  });

  test('tells until when an alert that ended keeps quiet', async () => {
    const { account } = await lastOf([200, 50, 50, 50, 50], { spec: Z_SCORE });
    expect(account.quiet).toMatchObject({
      toldAt: timeOf(HISTORY),
      flaggedAt: timeOf(HISTORY),
      until: timeOf(HISTORY) + 12 * 3_600_000,
      severity: 'page',
    });
  });

  test('what is excluded, or of which there is no opinion, has nothing that would have changed it', async () => {
    const excluded = await lastOf([200], { around: { label: 'excluded' } });
    expect(excluded.account.whatIfs).toEqual([]);
    const detector = (await loadDetector({ type: 'adaptive' }))();
    const fold = createSeriesFold({ detector, policy: POLICY, alert: ALERT_OK });
    const { account } = fold.judge(timeOf(0), 50, { explain: true });
    expect(account).toMatchObject({ explanation: undefined, whatIfs: [], signal: Number.NaN });
  });

  test('is of the limit that judges while the detector learns', async () => {
    const detector = (await loadDetector({ type: 'adaptive' }))();
    const fallback = (await loadDetector({ type: 'static-threshold', above: 90 }))();
    const fold = createSeriesFold({ detector, fallback, policy: POLICY, alert: ALERT_OK });
    const { account } = fold.judge(timeOf(0), 95, { explain: true });
    expect(account?.explanation).toMatchObject({ kind: 'static-threshold', above: 90, score: 5 });
  });
});
