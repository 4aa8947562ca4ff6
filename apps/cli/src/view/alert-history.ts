import type { AlertMessage } from '@plumbline/core';

/** One alert from its opening to its end, put together from the messages that told of it. */
export interface AlertRecord {
  /** The message that opened it. */
  readonly opened: AlertMessage;
  /** The message that ended it; undefined while it is open. */
  readonly resolved: AlertMessage | undefined;
  /** The latest message, which knows the worst sample and the severity that it came to. */
  readonly latest: AlertMessage;
  /** The highest return period told, in days; null where the detector cannot tell. */
  readonly rarityDays: number | null;
}

/**
 * The alerts that a folder of messages tells of, in the order in which they opened. One that got worse was told
 * more than once, and is one alert.
 *
 * @param messages - in order of time
 */
export function alertsOf(messages: readonly AlertMessage[]): AlertRecord[] {
  const alerts = new Map<string, AlertMessage[]>();
  for (const message of messages) {
    const { monitor, series, condition, since } = message;
    const key = JSON.stringify([monitor, series, condition, since]);
    alerts.set(key, [...(alerts.get(key) ?? []), message]);
  }
  return [...alerts.values()].flatMap((told): AlertRecord[] => {
    const firing = told.filter(({ state }) => state === 'firing');
    const resolved = told.find(({ state }) => state === 'resolved');
    const [opened] = firing;
    if (opened === undefined) return []; // its file was taken away
    const rarities = firing.flatMap(({ rarity_days }) => rarity_days ?? []);
    return [
      {
        opened,
        resolved,
        latest: resolved ?? firing.at(-1) ?? opened,
        rarityDays: rarities.length === 0 ? null : Math.max(...rarities),
      },
    ];
  });
}
