import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AlertMessage } from '../alerts/message.ts';
import { messageOf } from '../errors.ts';
import type { AlertSink, Notification } from '../ports/alert-sink.ts';

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

/** What a folder of alerts holds, in order of time, and the files in it that could not be read. */
export function readAlertFiles(directory: string): {
  readonly messages: readonly AlertMessage[];
  readonly unreadable: readonly string[];
} {
  const messages: AlertMessage[] = [];
  const unreadable: string[] = [];
  for (const name of alertFilesIn(directory)) {
    try {
      messages.push(JSON.parse(readFileSync(join(directory, name), 'utf8')) as AlertMessage);
    } catch (error) {
      unreadable.push(`${name}: ${messageOf(error)}`);
    }
  }
  return { messages, unreadable };
}

function alertFilesIn(directory: string): string[] {
  try {
    return readdirSync(directory)
      .filter((name) => name.endsWith('.json'))
      .sort();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
