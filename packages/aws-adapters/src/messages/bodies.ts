import type { AlertMessage } from '@plumbline/core';
import { boundedMessage, messageText } from '../message-body.ts';
import type { ChatPlatform } from './amazon-q.ts';

/** What mail says: sentences, or the message as JSON. */
export const EMAIL_FORMATS = ['text', 'json'] as const;
export type EmailFormat = (typeof EMAIL_FORMATS)[number];

/** What an endpoint of HTTPS gets: the message as JSON, or what Amazon Q Developer makes a post of. */
export const HTTPS_FORMATS = ['json', 'amazon-q-slack', 'amazon-q-teams'] as const;
export type HttpsFormat = (typeof HTTPS_FORMATS)[number];

export interface MessageFormats {
  readonly email: EmailFormat;
  readonly https: HttpsFormat;
}

/** Every subscriber gets the message itself. */
export const JSON_FOR_ALL: MessageFormats = { email: 'json', https: 'json' };

/** More than people read, and of a length of which a batch has room for several. */
const BODY = { mostBytes: 32_768, indent: 2 } as const;

const PLATFORMS: Readonly<Record<Exclude<HttpsFormat, 'json'>, ChatPlatform>> = {
  'amazon-q-slack': 'slack',
  'amazon-q-teams': 'teams',
};

export interface Bodies {
  readonly Message: string;
  readonly MessageStructure?: 'json';
}

/**
 * What is published: the message as JSON, of bounded length; or one body for mail, one for HTTPS and the message for
 * all others, where they differ.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-send-custom-platform-specific-payloads-mobile-devices.html
 */
export async function bodiesOf(
  message: AlertMessage,
  { email, https }: MessageFormats,
): Promise<Bodies> {
  const json = messageText(boundedMessage(message, BODY), BODY.indent);
  if (email === 'json' && https === 'json') return { Message: json };
  // Few slots tell people something: what writes for them is read when there is something to write.
  const bodies: Record<string, string> = { default: json };
  if (email === 'text') {
    const { emailText } = await import('./email-text.ts');
    bodies.email = emailText(message);
  }
  if (https !== 'json') {
    const { customNotification } = await import('./amazon-q.ts');
    bodies.https = JSON.stringify(customNotification(message, PLATFORMS[https]));
  }
  return { Message: JSON.stringify(bodies), MessageStructure: 'json' };
}
