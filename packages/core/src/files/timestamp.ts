/**
 * Milliseconds since the epoch of ISO 8601, `YYYY-MM-DD HH:MM:SS` or epoch seconds; NaN for what is
 * none of these. A date and time without a zone are UTC: the zone of the reading machine must not
 * move a series.
 */
export function parseTimestamp(text: string): number {
  if (/^\d{1,11}(\.\d+)?$/.test(text)) return Math.round(Number(text) * 1000);
  const match =
    /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(\.\d{1,9})?)?)? ?(Z|[+-](?:[01]\d|2[0-3])(?::?[0-5]\d)?)?$/i.exec(
      text,
    );
  if (match === null) return Number.NaN;
  const [year, month, day, hour, minute, second] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const utc = Date.UTC(year!, month! - 1, day!, hour!, minute!, second!);
  const date = new Date(utc);
  // Date.UTC takes the 31st of April for the 1st of May, and the year 50 for 1950.
  const exists =
    date.getUTCFullYear() === year &&
    date.getUTCMonth() === month! - 1 &&
    date.getUTCDate() === day &&
    hour! < 24 &&
    minute! < 60 &&
    second! < 60;
  const milliseconds = Math.round(Number(match[7] ?? 0) * 1000);
  return exists ? utc + milliseconds - zoneOffset(match[8]) : Number.NaN;
}

function zoneOffset(zone: string | undefined): number {
  if (zone === undefined || zone.toUpperCase() === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + (zone.length > 3 ? Number(zone.slice(-2)) : 0);
  return (zone.startsWith('-') ? -1 : 1) * minutes * 60_000;
}
