import { parseConfig } from '@plumbline/config';
import { describe, expect, test } from 'vitest';
import { configOf, createEstate, type Estate, yamlOf } from './testing/estate.ts';
import { failHost } from './testing/faults.ts';
import { createCalm } from './testing/fleet.ts';

const ACCOUNT = '210987654321';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/reader`;

async function runThrough(estate: Estate, first: number, last: number): Promise<void> {
  for (let slot = first; slot <= last; slot++) await estate.runAt(slot);
}

describe('a metric that cannot be read in three slots on end', () => {
  test.each(['forbidden', 'internal-error', 'missing'] as const)(
    'fault 3: is told once, in the third, and so is that it can be read again (%s)',
    async (fault) => {
      const estate = await createEstate();
      estate.measure('web', { spikes: [2] });
      estate.measure('db');
      await estate.runAt(0);
      const mend = failHost(estate.aws, 'db', fault);

      await runThrough(estate, 1, 2);
      expect(estate.told()).toEqual(['firing web 2']);
      const third = await estate.runAt(3);
      await runThrough(estate, 4, 6);

      expect(third.figures).toMatchObject({ SeriesUnseen: 1, Heartbeat: 1 });
      expect(estate.told()).toEqual(['firing web 2', 'resolved web 3', 'cannot-see firing db 3']);
      expect(estate.toldToMachines()).toEqual(estate.told());
      expect(estate.aws.sns.published.at(-1)?.subject).toBe('db cpu: Cannot Be Read (db)');
      expect(estate.messages().at(-1)).toMatchObject({
        condition: 'cannot-see',
        severity: 'page',
        reason: 'cannot-be-read',
        since: new Date(estate.slotAt(1)).toISOString().replace('.000', ''),
        detail: expect.stringMatching(/Forbidden|InternalError|no answer/),
        current_value: null,
      });

      mend();
      await runThrough(estate, 7, 9);
      expect(estate.told().slice(3)).toEqual(['cannot-see resolved db 7']);
    },
  );

  test('fault 3: is not told when it can be read in between', async () => {
    const estate = await createEstate();
    estate.measure('web');
    estate.measure('db');
    await estate.runAt(0);

    for (const slot of [1, 4, 7]) {
      const mend = failHost(estate.aws, 'db', 'forbidden');
      await runThrough(estate, slot, slot + 1);
      mend();
      await estate.runAt(slot + 2);
    }

    expect(estate.told()).toEqual([]);
  });

  test('fault 7: is not told for one slot that came three times', async () => {
    const estate = await createEstate();
    estate.measure('web');
    estate.measure('db');
    await estate.runAt(0);
    failHost(estate.aws, 'db', 'forbidden');

    for (let time = 0; time < 4; time++) await estate.runAt(1);

    expect(estate.told()).toEqual([]);
  });

  test('fault 3: in several shards is told as in one', async () => {
    const fleet = await createCalm();
    const mend = failHost(fleet.aws, 'host-7', 'forbidden');

    for (const slot of [1, 2, 3, 4]) await fleet.slot(slot);
    expect(fleet.told()).toEqual(['cannot-see firing host-7 3']);

    mend();
    await fleet.slot(5);
    expect(fleet.told()).toEqual(['cannot-see firing host-7 3', 'cannot-see resolved host-7 5']);
  });
});

describe('a role that is revoked', () => {
  const HOSTS = Array.from({ length: 8 }, (_, i) => `far-${i}`);

  /** `web` in the function's own account, and hosts in another one, read with a role of that. */
  async function createTwoAccounts(): Promise<Estate> {
    const far = HOSTS.map((host) => [host, `role: '${ROLE}'`] as const);
    const estate = await createEstate({ config: configOf('web', ...far) });
    estate.measure('web', { spikes: [2] });
    for (const host of HOSTS) estate.measure(host, { account: ACCOUNT });
    estate.aws.sts.allowRole(ROLE);
    await estate.runAt(0);
    return estate;
  }

  /** What was handed out for it ends, and it is handed out no more. @returns takes it back */
  function revoke({ aws }: Estate): () => void {
    aws.sts.expire(ROLE);
    return aws.deny('sts:AssumeRole');
  }

  test('fault 34: is one message in the third slot, and the rest goes on', async () => {
    const estate = await createTwoAccounts();
    const restore = revoke(estate);

    await runThrough(estate, 1, 6);

    const [firing, resolved, unseen, ...others] = estate.messages();
    expect(others).toEqual([]);
    expect([firing, resolved]).toMatchObject([
      { state: 'firing', cluster: 'web' },
      { state: 'resolved', cluster: 'web' },
    ]);
    expect(unseen).toMatchObject({
      condition: 'cannot-see',
      state: 'firing',
      severity: 'page',
      group: { count: HOSTS.length },
      detail: expect.stringMatching(/AccessDenied: .*sts:AssumeRole/),
    });
    expect(estate.aws.sns.published.at(-1)?.subject).toMatch(
      /^8 Series: Cannot Be Read: far-0 cpu 1/,
    );

    restore();
    await runThrough(estate, 7, 8);
    expect(estate.messages().slice(3)).toMatchObject([
      { condition: 'cannot-see', state: 'resolved', group: { count: HOSTS.length } },
    ]);
  });

  test('fault 34: is told also where its metrics have to be looked for, by whoever finds none', async () => {
    const yaml = `${yamlOf('web')}  - name: far cpu
    metric: { namespace: Shop, name: cpu, dimensions: { Host: "*" } }
    role: '${ROLE}'
`;
    const estate = await createEstate({ config: parseConfig(yaml) });
    estate.measure('web', { spikes: [2] });
    for (const host of HOSTS) estate.measure(host, { account: ACCOUNT });
    estate.aws.sts.allowRole(ROLE);
    await estate.runAt(0);
    const restore = revoke(estate);
    await estate.fn.close(); // what it has found is forgotten, as in any new environment

    await runThrough(estate, 1, 5);

    const [firing, resolved, unseen, ...others] = estate.messages();
    expect(others).toEqual([]);
    expect([firing?.cluster, resolved?.cluster]).toEqual(['web', 'web']);
    expect(unseen).toMatchObject({
      condition: 'cannot-see',
      state: 'firing',
      monitor: 'far cpu',
      group: { count: HOSTS.length },
    });

    restore();
    await estate.fn.close();
    await estate.runAt(6);
    expect(estate.messages().slice(3)).toMatchObject([
      { condition: 'cannot-see', state: 'resolved', group: { count: HOSTS.length } },
    ]);
  });
});
