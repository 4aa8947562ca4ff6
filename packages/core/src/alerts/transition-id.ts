/**
 * Names one transition of one alert: the same series, opening sample and transition give the same id in
 * every run, on every machine, so that a repeat can be recognised as one.
 *
 * 128 bits of SHA-256, as 32 hexadecimal digits: whoever controls a metric's name must not be able
 * to make the alert of one series look like a repeat of another's.
 */
export async function transitionId(
  seriesKey: string,
  since: number,
  transition: 'firing' | 'resolved' | `worse ${number}`,
): Promise<string> {
  const text = JSON.stringify([seriesKey, since, transition]);
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  const bytes = new Uint8Array(digest, 0, 16);
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
