import { isoTime } from '@plumbline/core';
import { type Html, html } from './html.ts';

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const DAYS = 'Sun Mon Tue Wed Thu Fri Sat'.split(' ');

/** A time as the page shows it until a reader asks for local time: `Mon 5 Oct 14:05`, in UTC. */
export function instantText(timestamp: number): string {
  const date = new Date(timestamp);
  if (Number.isNaN(date.getTime())) return 'unknown';
  const [hours, minutes] = [date.getUTCHours(), date.getUTCMinutes()].map(twoDigits);
  return `${DAYS[date.getUTCDay()]} ${dayText(timestamp)} ${hours}:${minutes}`;
}

/** `5 Oct`, in UTC. */
export function dayText(timestamp: number): string {
  const date = new Date(timestamp);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
}

/** A time that the page's script can turn into local time. */
export function instant(timestamp: number): Html {
  if (Number.isNaN(new Date(timestamp).getTime())) return html`unknown`;
  return html`<time datetime="${isoTime(timestamp)}">${instantText(timestamp)}</time>`;
}

/** The same, with the year: `Mon 5 Oct 2026 14:05`. */
export function dated(timestamp: number): Html {
  if (Number.isNaN(new Date(timestamp).getTime())) return html`unknown`;
  const [weekday, day, month, clock] = instantText(timestamp).split(' ');
  const year = new Date(timestamp).getUTCFullYear();
  return html`<time datetime="${isoTime(timestamp)}" class="dated">${`${weekday} ${day} ${month} ${year} ${clock}`}</time>`;
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}
