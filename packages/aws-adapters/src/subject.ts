import type { AlertMessage } from '@plumbline/core';

/**
 * Printable ASCII, fewer than 100 characters, beginning with a letter, a digit or a punctuation mark.
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
const LONGEST = 99;

/** The subject of an e-mail: `EKS CPU Anomaly Detected (production-cluster)`. */
export function subjectOf({ alert, state, reason, cluster }: AlertMessage): string {
  const title = /anomaly$/i.test(alert) ? alert : `${alert}: Anomaly`;
  const resource = cluster === null ? '' : ` (${cluster})`;
  const detected = reason === 'clearly-worse' ? 'Got Worse' : 'Detected';
  const text = `${title} ${state === 'firing' ? detected : 'Resolved'}${resource}`;
  // By code point: a pair of surrogates is one character, and so one question mark.
  const printable = text.replace(/[^\x20-\x7e]/gu, '?').trim();
  return printable.length > LONGEST ? `${printable.slice(0, LONGEST - 3)}...` : printable;
}
