import type { AlertMessage } from '@plumbline/core';
import { alertWords } from './alert-words.ts';
import { linkable, plainText } from './foreign-text.ts';

/**
 * The message as a mail for somebody who reads it on a phone at night: what is wrong, how far from usual, since when,
 * and where to look. Plain text, for SNS sends no other; at most 32 KiB of UTF-8, whatever is in the message.
 */
export function emailText(message: AlertMessage): string {
  const { headline, happening, facts, members, others } = alertWords(message, plainText);
  const link = (label: string, url: string | null): string | undefined => {
    const address = linkable(url);
    return address && `${label}:\n${address}`;
  };
  const listed = members.map(({ text, consoleUrl }, i) =>
    [`${i + 1}. ${text}`, linkable(consoleUrl)].filter(Boolean).join('\n'),
  );
  const isGroup = message.group !== null;
  const blocks = [
    headline,
    happening,
    facts.map(([label, text]) => `${label}: ${text}`).join('\n'),
    isGroup ? 'The worst of them:' : undefined,
    ...listed,
    others > 0 ? `And ${others} more; the console and the event bus have them all.` : undefined,
    link('Runbook', message.runbook),
    isGroup ? undefined : link('The metric in the CloudWatch console', message.console_url),
    link('Chart (the link lives for hours, not days)', message.chart_url),
    `${isGroup ? 'Group' : `Detector ${message.detector}, transition`} ${message.transition_id}`,
  ];
  return `${blocks.filter((block) => block !== undefined && block !== '').join('\n\n')}\n`;
}
