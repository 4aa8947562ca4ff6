import type { Notification } from '../ports/alert-sink.ts';
import type { AlertMessage } from './message.ts';
import { digestId } from './transition-id.ts';

/** Of several alerts in one message. */
export interface AlertGroup {
  readonly count: number;
  readonly pages: number;
  readonly notices: number;
  /** The monitors with the most of them, and how many others there are, at least. */
  readonly monitors: readonly { readonly monitor: string; readonly count: number }[];
  readonly other_monitors: number;
  /** The worst few, the worst first. */
  readonly worst: readonly GroupMember[];
  /** All of them in short, and how many more there are. */
  readonly transitions: readonly GroupTransition[];
  readonly more_transitions: number;
}

/** What a person wants to see of one of many. */
export type GroupMember = Pick<
  AlertMessage,
  | 'monitor'
  | 'metric'
  | 'cluster'
  | 'condition'
  | 'severity'
  | 'current_value'
  | 'expected'
  | 'deviation_factor'
  | 'rarity_days'
  | 'since'
  | 'console_url'
  | 'transition_id'
>;

/** What a machine needs to know of one of many. */
export type GroupTransition = Pick<
  AlertMessage,
  'transition_id' | 'reason' | 'monitor' | 'series' | 'condition' | 'severity' | 'since'
>;

/** Up to so many alerts of one slot for one receiver are told one by one; more become one message. */
export const MOST_SINGLE = 5;

const WORST_SHOWN = 5;
const MONITORS_SHOWN = 100;
/** A whole shard, and as much again. */
const TRANSITIONS_KEPT = 1000;

/** One message for several: of alerts, or of groups of them, to the same receiver and in the same state. */
export async function groupOf(notifications: readonly Notification[]): Promise<Notification> {
  const messages = notifications.map(({ message }) => message);
  const transitions = messages.flatMap(transitionsOf).sort(compare);
  const counts = countsOf(messages);
  const more = sum(messages, ({ group }) => group?.more_transitions ?? 0);
  const group: AlertGroup = {
    count: sum(messages, ({ group }) => group?.count ?? 1),
    pages: sum(messages, (message) => message.group?.pages ?? Number(message.severity === 'page')),
    notices: sum(
      messages,
      (message) => message.group?.notices ?? Number(message.severity === 'notice'),
    ),
    monitors: counts.slice(0, MONITORS_SHOWN),
    other_monitors: Math.max(
      Math.max(0, counts.length - MONITORS_SHOWN),
      ...messages.map(({ group }) => group?.other_monitors ?? 0),
    ),
    worst: messages.flatMap(membersOf).sort(byRank).slice(0, WORST_SHOWN),
    transitions: transitions.slice(0, TRANSITIONS_KEPT),
    more_transitions: more + Math.max(0, transitions.length - TRANSITIONS_KEPT),
  };
  const id = await digestId(notifications.map((notification) => notification.id).sort());
  const worst = [...messages].sort(byRank)[0]!;
  const times = messages.map(({ timestamp }) => timestamp).sort();
  const sinces = messages.map(({ since }) => since).sort();
  const message: AlertMessage = {
    ...worst,
    alert: `${group.count} alerts`,
    severity: group.pages > 0 ? 'page' : 'notice',
    timestamp: times.at(-1)!,
    since: sinces[0]!,
    group,
    transition_id: id,
  };
  return { id, message };
}

function membersOf(message: AlertMessage): readonly GroupMember[] {
  if (message.group !== null) return message.group.worst;
  const { monitor, metric, cluster, condition, severity, current_value, expected } = message;
  const { deviation_factor, rarity_days, since, console_url, transition_id } = message;
  return [
    {
      monitor,
      metric,
      cluster,
      condition,
      severity,
      current_value,
      expected,
      deviation_factor,
      rarity_days,
      since,
      console_url,
      transition_id,
    },
  ];
}

/** The transitions that a message tells of. */
export function transitionsOf(message: AlertMessage): readonly GroupTransition[] {
  if (message.group !== null) return message.group.transitions;
  const { transition_id, reason, monitor, series, condition, severity, since } = message;
  return [{ transition_id, reason, monitor, series, condition, severity, since }];
}

function countsOf(
  messages: readonly AlertMessage[],
): { readonly monitor: string; readonly count: number }[] {
  const counts = new Map<string, number>();
  for (const { group, monitor } of messages) {
    for (const each of group?.monitors ?? [{ monitor, count: 1 }]) {
      counts.set(each.monitor, (counts.get(each.monitor) ?? 0) + each.count);
    }
  }
  return Array.from(counts, ([monitor, count]) => ({ monitor, count })).sort(
    (a, b) => b.count - a.count || (a.monitor < b.monitor ? -1 : 1),
  );
}

/** Pages first, then the rarest, then the farthest off; and always in the same order. */
function byRank(a: GroupMember, b: GroupMember): number {
  const rank = ({ severity }: GroupMember): number => (severity === 'page' ? 1 : 0);
  const far = (value: number | null): number => value ?? -1;
  return (
    rank(b) - rank(a) ||
    far(b.rarity_days) - far(a.rarity_days) ||
    far(b.deviation_factor) - far(a.deviation_factor) ||
    compare(a, b)
  );
}

function compare(
  a: { readonly transition_id: string },
  b: { readonly transition_id: string },
): number {
  return a.transition_id < b.transition_id ? -1 : Number(a.transition_id > b.transition_id);
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
