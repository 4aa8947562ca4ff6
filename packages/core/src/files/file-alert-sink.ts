import { mkdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AlertMessage } from '../alerts/message.ts';
import { messageOf } from '../errors.ts';
import type { AlertSink, Notification } from '../ports/alert-sink.ts';
import { namesIn } from './file-names.ts';

/**
 * Alerts as files of JSON in a folder, one a transition, named by time, state and id:
 * `2014-04-15T00-04-00Z-firing-<id>.json`. Sending one again writes the same file again.
 */
export function createFileAlertSink({
  directory,
  name = 'files',
}: {
  readonly directory: string;
  readonly name?: string;
}): AlertSink {
  return {
    name,
    async send(notifications) {
      mkdirSync(directory, { recursive: true });
      return notifications.map((notification) => {
        try {
          const path = join(directory, fileNameOf(notification));
          writeFileSync(`${path}.tmp`, `${JSON.stringify(notification.message, null, 2)}\n`);
          renameSync(`${path}.tmp`, path);
          return { delivered: true };
        } catch (error) {
          return { delivered: false, reason: messageOf(error), retryable: true };
        }
      });
    },
  };
}

function fileNameOf({ id, message }: Notification): string {
  return `${message.timestamp.replaceAll(':', '-')}-${message.state}-${id}.json`;
}

/** A file of ours: its time, its state and its id. */
const ALERT_FILE = /^[0-9TZ-]+-(firing|resolved)-[0-9a-f]{32}\.json$/;

/**
 * What a folder of alerts holds, in order of time, and those of its alert files that could not be
 * read. Other files in it are nobody's business.
 */
export function readAlertFiles(directory: string): {
  readonly messages: readonly AlertMessage[];
  readonly unreadable: readonly string[];
} {
  const messages: AlertMessage[] = [];
  const unreadable: string[] = [];
  for (const name of alertFilesIn(directory)) {
    try {
      messages.push(parseMessage(readFileSync(join(directory, name), 'utf8')));
    } catch (error) {
      unreadable.push(`${name}: ${messageOf(error)}`);
    }
  }
  return { messages, unreadable };
}

/** Removes the alert files of a folder, and nothing else in it. */
export function clearAlertFiles(directory: string): void {
  for (const name of alertFilesIn(directory)) unlinkSync(join(directory, name));
}

function parseMessage(text: string): AlertMessage {
  const message: unknown = JSON.parse(text);
  const isMessage =
    typeof message === 'object' &&
    message !== null &&
    IDENTITY.every((key) => typeof (message as Record<string, unknown>)[key] === 'string');
  if (!isMessage) throw new Error(`not an alert: expected texts in ${IDENTITY.join(', ')}`);
  return message as AlertMessage;
}

/** What a message must have to be put together with others of its alert. */
const IDENTITY = ['state', 'monitor', 'series', 'metric', 'since', 'timestamp'] as const;

function alertFilesIn(directory: string): string[] {
  return namesIn(directory)
    .filter((name) => ALERT_FILE.test(name))
    .sort();
}
