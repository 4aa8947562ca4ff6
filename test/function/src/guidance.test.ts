import { parseConfig } from '@plumbline/config';
import { isoTime } from '@plumbline/core';
import { describe, expect, test } from 'vitest';
import { createEstate, type Estate, yamlOf } from './testing/estate.ts';
import { createCalm, toldOnce } from './testing/fleet.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** From the end of a sample's period until it is read, and the period itself. */
const SAMPLE_AGE_MS = 15 * MINUTE_MS;

/** What the command writes for a silence of some slots, both ends included. */
function silenceOf(
  { slotAt }: Pick<Estate, 'slotAt'>,
  first: number,
  last: number,
  match: Readonly<Record<string, string>> = {},
): string {
  const silence = {
    id: 'deploy',
    match,
    from: slotAt(first),
    until: slotAt(last) + MINUTE_MS,
    why: 'deploy of 1.2',
    by: 'ann',
  };
  return JSON.stringify({ version: 1, silences: [silence] });
}

const OBJECT = 'control/silences.json';

/** Two hosts that are known and calm; web is far from normal in these slots, and db in the third. */
async function beforeSpikes(spikes: readonly number[]): Promise<Estate> {
  const estate = await createEstate();
  estate.measure('web', { spikes });
  estate.measure('db', { spikes: [3] });
  await estate.runAt(0);
  return estate;
}

describe('a silence', () => {
  test('is in force from the next slot on, for what it is about, and ends by itself', async () => {
    const estate = await beforeSpikes([2, 6]);
    await estate.runAt(1);
    await estate.write(OBJECT, silenceOf(estate, 1, 4, { Host: 'w*' }));

    const silent = await estate.runAt(2);
    for (const slot of [3, 4, 5, 6]) await estate.runAt(slot);

    expect(silent.line('muted')).toMatchObject({
      level: 'INFO',
      message: 'nobody is told: silenced by deploy',
      concerned: [expect.stringMatching(/^web cpu: /)],
    });
    expect(silent.figures).toMatchObject({ Heartbeat: 1, AlertsMuted: 1, AlertsPaged: 0 });
    expect(silent.line('alerts')).toMatchObject({
      alerts: [{ what: 'quiet', reason: 'silenced', by: 'deploy' }],
    });
    expect(estate.told()).toEqual(['firing db 3', 'resolved db 4', 'firing web 6']);
    expect(estate.toldToMachines()).toEqual(estate.told());
  });

  test('that ends while the metric is still far from normal: then it is told', async () => {
    const estate = await beforeSpikes([1, 2, 3, 4, 5]);
    await estate.write(OBJECT, silenceOf(estate, 1, 2));

    for (const slot of [1, 2]) await estate.runAt(slot);
    expect(estate.told()).toEqual([]);
    await estate.runAt(3);

    expect(
      estate
        .messages()
        .map(({ monitor, reason }) => `${monitor} ${reason}`)
        .sort(),
    ).toEqual(['db cpu first-flagged', 'web cpu quiet-over']);
  });

  test('of an alert that had been told does not keep its end from people', async () => {
    const estate = await beforeSpikes([1]);
    await estate.runAt(1);
    await estate.write(OBJECT, silenceOf(estate, 1, 4));

    await estate.runAt(2);

    expect(estate.told()).toEqual(['firing web 1', 'resolved web 2']);
  });

  test.each([
    [
      'is damaged',
      '{"version":1,"silences":[{"id"',
      /^the silences cannot be read, and none is in force: not JSON/,
    ],
    ['is of another version', '{"version":2,"silences":[]}', /: of version 2, this is version 1$/],
  ])('in a file that %s silences nobody, which is said', async (_, content, message) => {
    const estate = await beforeSpikes([1]);
    await estate.write(OBJECT, content);

    const run = await estate.runAt(1);

    expect(run.line('silences-unreadable')).toMatchObject({
      level: 'WARN',
      message: expect.stringMatching(message),
    });
    expect(estate.told()).toEqual(['firing web 1']);
  });

  test('in several shards is in force in all of them, and ends by itself', async () => {
    const fleet = await createCalm({ spikes: [1, 3] });
    await fleet.write(OBJECT, silenceOf(fleet, 1, 2));

    const { workers } = await fleet.slot(1);
    await fleet.slot(2);
    expect(fleet.told()).toEqual([]);
    const muted = workers.map(({ figures }) => figures?.AlertsMuted ?? 0);
    expect(muted.reduce((sum, count) => sum + count)).toBe(60);

    await fleet.slot(3);
    expect(fleet.toldOf()).toEqual(toldOnce('firing'));
  });

  test('in several shards that cannot be read silences nobody, and the planner says so', async () => {
    const fleet = await createCalm({ spikes: [1] });
    await fleet.write(OBJECT, 'quiet!');

    const { planner } = await fleet.slot(1);

    expect(planner.outcome).toBe('success');
    expect(planner.line('silences-unreadable')).toMatchObject({ level: 'WARN' });
    expect(fleet.toldOf()).toEqual(toldOnce('firing'));
  });
});

/** The day before yesterday, so that a time of day can be named. */
const FIRST_SLOT_MS = Math.floor(Date.now() / DAY_MS) * DAY_MS - 1.5 * DAY_MS;
/** When the sample is of that this slot is the first to read. */
const sampleAt = (slot: number): string =>
  isoTime(FIRST_SLOT_MS + slot * 5 * MINUTE_MS - SAMPLE_AGE_MS);

/** As beforeSpikes(), with what people have said in the file, and in that of labels. */
async function withGuidance(spikes: readonly number[], said: string, labels = ''): Promise<Estate> {
  const config = parseConfig(`${yamlOf('web', 'db')}${said}`, 'plumbline.yaml', () => labels);
  const estate = await createEstate({ config, firstSlotMs: FIRST_SLOT_MS });
  estate.measure('web', { spikes });
  estate.measure('db', { spikes: [2] });
  await estate.runAt(0);
  return estate;
}

describe('maintenance in the configuration that was deployed', () => {
  test.each([
    ['once', `from: ${sampleAt(1)}, until: ${sampleAt(3)}`],
    ['every day', 'cron: "50 11 * * *", for: 10m'],
  ])('%s keeps the alerts of its time quiet, and those of others are told', async (_, span) => {
    const said = `maintenance:\n  - { name: patching, match: { Host: web }, ${span} }\n`;
    const estate = await withGuidance([2, 5], said);

    await estate.runAt(1);
    const during = await estate.runAt(2);
    for (const slot of [3, 4, 5]) await estate.runAt(slot);

    expect(during.line('muted').message).toBe('nobody is told: maintenance by patching');
    expect(during.figures).toMatchObject({ AlertsMuted: 1, AlertsPaged: 1 });
    expect(estate.told()).toEqual(['firing db 2', 'resolved db 3', 'firing web 5']);
  });

  test('is about the samples of its time, also when they are read after it', async () => {
    const span = `from: ${sampleAt(2)}, until: ${sampleAt(3)}`;
    const estate = await withGuidance([2], `maintenance:\n  - { name: patching, ${span} }\n`);

    await estate.runAt(4);

    expect(estate.told()).toEqual([]);
  });
});

describe('labels that were deployed', () => {
  const spanOf = (first: number, end: number): string =>
    `from: ${sampleAt(first)}, until: ${sampleAt(end)}`;

  test('fault 22: an incident in the history is not learned, so that its like is news', async () => {
    const spikes = [-6, -5, -4, -3, -2, 1];
    const labels = `- { label: incident, match: { Host: web }, ${spanOf(-6, -1)} }\n`;
    const [unlabelled, labelled] = [
      await withGuidance(spikes, ''),
      await withGuidance(spikes, 'labels: labels.yaml\n', labels),
    ];

    await unlabelled.runAt(1);
    await labelled.runAt(1);

    expect(unlabelled.told()).toEqual([]);
    expect(labelled.told()).toEqual(['firing web 1']);
  });

  test('what is normal is told to nobody', async () => {
    const labels = `- { label: normal, match: { Host: web }, ${spanOf(1, 2)} }\n`;
    const estate = await withGuidance([1, 4], 'labels: labels.yaml\n', labels);

    for (const slot of [1, 2, 3]) await estate.runAt(slot);

    expect(estate.told()).toEqual(['firing db 2', 'resolved db 3']);
  });

  test('what is excluded is neither judged nor learned', async () => {
    const said = `exclude:\n  - { why: load test, match: { Host: web }, ${spanOf(1, 4)} }\n`;
    const estate = await withGuidance([1, 2, 3, 4], said);

    for (const slot of [1, 2, 3, 4]) await estate.runAt(slot);

    expect(estate.told()).toEqual(['firing db 2', 'resolved db 3', 'firing web 4']);
  });
});
