/**
 * Texts that come from outside, such as the names of metrics and of what they belong to, on their way to where
 * people read them. An attacker may have chosen them: they must neither become markup nor links, call nobody,
 * and move no cursor.
 */

/** How a text from outside is shown. */
export type Quote = (text: string, mostChars?: number) => string;

/** Longer ones are cut: on the screen of a phone nobody reads more. */
const MOST_CHARS = 120;

/** What turns, hides or breaks a line, and halves of surrogate pairs. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** As a mail shows it: on one line, without what programs for mail would make a link of. */
export const plainText: Quote = (text, mostChars = MOST_CHARS) => {
  const printable = text.replace(UNPRINTABLE, '?').replaceAll('://', ':∕∕');
  const chars = Array.from(printable.slice(0, 4 * mostChars)); // by code point: half a character is none
  const isWhole = chars.length <= mostChars && printable.length <= 4 * mostChars;
  const shown = isWhole ? printable : `${chars.slice(0, mostChars - 1).join('')}…`;
  return shown.trim() === '' ? '-' : shown;
};

/**
 * Slack's control sequences stand in angle brackets, also within code, and a mention begins with an at sign. There
 * is no escape that Slack and Teams have in common, so look-alikes stand in.
 * @see https://docs.slack.dev/messaging/formatting-message-text#escaping
 */
const CONTROLS: ReadonlyMap<string, string> = new Map([
  ['<', '‹'],
  ['>', '›'],
  ['`', 'ˋ'],
  ['@', '＠'],
]);

/** As a chat shows it: as code, in which neither Slack nor Teams sees any other markup. */
export const codeText: Quote = (text, mostChars) => {
  return `\`${withoutControls(plainText(text, mostChars))}\``;
};

/** As a notification on a phone shows it, which knows no code: without the characters of markup. */
export const bareText: Quote = (text, mostChars) => {
  return withoutControls(plainText(text, mostChars)).replace(/[*~[\]|#]|\b_\B|\B_\b/g, ' ');
};

function withoutControls(text: string): string {
  return text.replace(/[<>`@]/g, (char) => CONTROLS.get(char)!);
}

/**
 * A block of Slack's text holds 3,000 characters. Links to the console of series with many dimensions are longer, and
 * are left out; one that is signed with the session of a role has 1,500 to 2,000.
 */
const LINK_CHARS = 2_800;

/**
 * An address that can be a link in a mail and in a chat: of the web, in ASCII, without what ends one there, and not
 * too long.
 */
export function linkable(url: string | null): string | undefined {
  if (url === null || url.length > LINK_CHARS) return undefined;
  return /^https?:\/\/[!#-;=?-[\]_a-z~]+$/.test(url) ? url : undefined;
}
