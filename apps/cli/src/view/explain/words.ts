import { isoTime } from '@plumbline/core';
import { shortDays, shortNumber } from '../text.ts';

/** 2014-04-15 00:49, with the seconds where there are some. */
export function when(timestamp: number): string {
  return isoTime(timestamp)
    .replace('T', ' ')
    .replace(/(:00)?(\.000)?Z$/, '');
}

/** A number with some digits; - where it is unknown. */
export function number(value: number, digits = 4): string {
  if (Number.isNaN(value)) return '-';
  if (!Number.isFinite(value)) return value > 0 ? 'any' : '-any';
  return shortNumber(Number(value.toPrecision(digits)));
}

/** A factor, with two digits unless told. */
export function times(value: number, digits = 2): string {
  if (Number.isNaN(value)) return '-';
  if (value >= 1e4) return '> 9999';
  return String(Number(value.toPrecision(value >= 100 ? 3 : digits)));
}

/** Once in so long; below an hour nothing is rare. */
export function onceIn(days: number): string {
  if (!(days > 0)) return 'all the time';
  const HOUR = 1 / 24;
  if (days < HOUR) return 'more than once an hour';
  if (days < 1) return `once in ${Number((days / HOUR).toPrecision(2))} h`;
  return `once in ${shortDays(days)}`;
}

/** How rare, as a length: 269 d, 5 h. */
export function rarityText(days: number): string {
  if (!(days > 0)) return '0 d';
  const HOUR = 1 / 24;
  if (days < HOUR) return '< 1 h';
  if (days < 1) return `${Number((days / HOUR).toPrecision(2))} h`;
  return shortDays(days);
}
