import { createHash } from 'node:crypto';
import type { AlertMessage } from '@plumbline/core';
import { alertWords } from './alert-words.ts';
import { bareText, codeText, linkable } from './foreign-text.ts';

/** Which chat the channel is in: the two write links differently. */
export type ChatPlatform = 'slack' | 'teams';

/** A block of Slack's text holds 3,000 characters; each link is a step of its own. */
const DESCRIPTION_CHARS = 2_800;

/** What a channel's custom notification consists of. */
export interface CustomNotification {
  readonly version: '1.0';
  readonly source: 'custom';
  readonly id: string;
  readonly content: {
    readonly textType: 'client-markdown';
    readonly title: string;
    readonly description: string;
    readonly nextSteps?: readonly string[];
    readonly keywords: readonly string[];
  };
  readonly metadata: {
    readonly threadId: string;
    readonly summary: string;
    readonly eventType: string;
    readonly relatedResources: readonly string[];
    readonly additionalContext: Readonly<Record<string, string>>;
  };
}

/**
 * The message as Amazon Q Developer in chat applications takes it for a channel of Slack or Teams. All that is told of
 * one alert has one thread, so that its end stands beneath its beginning.
 *
 * Texts from outside are shown as code: they call nobody and link nowhere. `additionalContext`, which custom actions
 * put into commands, has none of them.
 *
 * @see https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
 */
export function customNotification(
  message: AlertMessage,
  platform: ChatPlatform,
): CustomNotification {
  const { state, severity, condition, reason } = message;
  const words = alertWords(message, codeText);
  const link = linkOf(platform);
  const members = words.members.map(({ text, consoleUrl }) => {
    return { text, link: link('console', consoleUrl) };
  });
  const lines = [
    words.happening,
    ...words.facts.map(([label, text]) => `- ${label}: ${text}`),
    ...members.map(({ text }, i) => `- ${i + 1}: ${text}`),
    ...(words.others > 0 ? [`- and ${words.others} more`] : []),
  ];
  const isGroup = message.group !== null;
  const steps = [
    link('Runbook', message.runbook),
    isGroup ? undefined : link('Metric in the CloudWatch console', message.console_url),
    link('Chart (for some hours)', message.chart_url),
    ...members.map((member, i) => member.link && `${i + 1}: ${member.link}`),
  ].filter((step) => step !== undefined);
  return {
    version: '1.0',
    source: 'custom',
    id: message.transition_id,
    content: {
      textType: 'client-markdown',
      title: `${signOf(message)} ${words.headline}`,
      description: linesWithin(lines, DESCRIPTION_CHARS),
      ...(steps.length > 0 && { nextSteps: steps }),
      keywords: [severity, state, condition],
    },
    metadata: {
      threadId: threadOf(message),
      summary: alertWords(message, bareText).headline,
      eventType: `${condition}-${state}`,
      relatedResources: isGroup
        ? []
        : [message.cluster, message.metric].flatMap((name) =>
            name === null ? [] : [bareText(name)],
          ),
      additionalContext: {
        state,
        severity,
        condition,
        reason,
        since: message.since,
        timestamp: message.timestamp,
        transition_id: message.transition_id,
      },
    },
  };
}

function signOf({ state, severity }: AlertMessage): string {
  if (state === 'resolved') return '🟢';
  return severity === 'page' ? '🔴' : '🟡';
}

function linkOf(platform: ChatPlatform) {
  return (label: string, url: string | null): string | undefined => {
    const address = linkable(url);
    if (address === undefined) return undefined;
    if (platform === 'slack') return `<${address}|${label}>`;
    return `[${label}](${hasPairs(address) ? address : address.replaceAll('(', '%28').replaceAll(')', '%29')})`;
  };
}

/** Whether every bracket has its partner: then Markdown takes them as a part of the address. */
function hasPairs(address: string): boolean {
  let open = 0;
  for (const char of address) {
    if (char === '(') open += 1;
    if (char === ')') open -= 1;
    if (open < 0) return false;
  }
  return open === 0;
}

/** As many whole lines as there is room for. */
function linesWithin(lines: readonly string[], mostChars: number): string {
  let text = '';
  for (const line of lines) {
    if (text.length + line.length + 1 > mostChars) break;
    text += text === '' ? line : `\n${line}`;
  }
  return text;
}

/** The same for everything that is told of one alert, and of no other. */
function threadOf({
  condition,
  monitor,
  series,
  since,
  group,
  transition_id,
}: AlertMessage): string {
  if (group !== null) return transition_id;
  const alert = JSON.stringify([condition, monitor, series, since]);
  return createHash('sha256').update(alert).digest('hex').slice(0, 32);
}
