import type { AlertMessage } from '@plumbline/core';

/**
 * Printable ASCII, fewer than 100 characters, beginning with a letter, a digit or a punctuation mark.
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
const LONGEST = 99;

/**
 * The subject of an e-mail: `EKS CPU Anomaly Detected (production-cluster)`; of several alerts,
 * `12 Anomalies Detected: CPU 8, Latency 4`.
 */
export function subjectOf(message: AlertMessage): string {
  const text = message.group === null ? alertSubject(message) : groupSubject(message);
  // By code point: a pair of surrogates is one character, and so one question mark.
  const printable = text.replace(/[^\x20-\x7e]/gu, '?').trim();
  return printable.length > LONGEST ? `${printable.slice(0, LONGEST - 3)}...` : printable;
}

/** What is said of a condition that begins, and of one that ends. */
const CONDITIONS = {
  'no-data': ['No Data', 'Data Is Back'],
  'cannot-see': ['Cannot Be Read', 'Can Be Read Again'],
} as const;

function alertSubject({ alert, condition, state, reason, cluster }: AlertMessage): string {
  const resource = cluster === null ? '' : ` (${cluster})`;
  if (condition !== 'anomaly') {
    const [begins, ends] = CONDITIONS[condition];
    return `${alert}: ${state === 'firing' ? begins : ends}${resource}`;
  }
  const title = /anomaly$/i.test(alert) ? alert : `${alert}: Anomaly`;
  return `${title} ${whatOf(state, reason)}${resource}`;
}

function whatOf(state: AlertMessage['state'], reason: AlertMessage['reason']): string {
  if (state === 'resolved') return reason === 'new-normal' ? 'Is the New Normal' : 'Resolved';
  if (reason === 'clearly-worse') return 'Got Worse';
  return reason === 'repeat-interval' ? 'Goes On' : 'Detected';
}

function groupSubject({ condition, state, group }: AlertMessage): string {
  const { count = 0, monitors = [], other_monitors: others = 0 } = group ?? {};
  const what =
    condition === 'anomaly'
      ? `Anomalies ${state === 'firing' ? 'Detected' : 'Resolved'}`
      : `Series: ${CONDITIONS[condition][state === 'firing' ? 0 : 1]}`;
  const named = monitors.map((each) => `${each.monitor} ${each.count}`);
  return `${count} ${what}: ${[...named, ...(others > 0 ? [`${others} more`] : [])].join(', ')}`;
}
