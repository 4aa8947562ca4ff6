/** What an alert is about: a metric that is not as usual, one without samples, or one that cannot be read. */
export type Condition = 'anomaly' | 'no-data' | 'cannot-see';

type Named = 'firing' | 'resolved' | `${'worse' | 'repeat'} ${number}`;

/** One transition of the alert that began at `since`; that of an anomaly needs no name for what it is. */
export type TransitionName = Named | `${Exclude<Condition, 'anomaly'>} ${Named}`;

/**
 * Names one transition of one alert: the same series, opening sample and transition give the same id in
 * every run, on every machine, so that a repeat can be recognised as one.
 *
 * 128 bits of SHA-256, as 32 hexadecimal digits: whoever controls a metric's name must not be able
 * to make the alert of one series look like a repeat of another's.
 */
export function transitionId(
  seriesKey: string,
  since: number,
  transition: TransitionName,
): Promise<string> {
  return digestId([seriesKey, since, transition]);
}

/** The first 128 bits of SHA-256 over what JSON makes of it, as 32 hexadecimal digits. */
export async function digestId(content: unknown): Promise<string> {
  const text = JSON.stringify(content);
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  const bytes = new Uint8Array(digest, 0, 16);
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
