/** What JSON leaves as it is, and what still moves a cursor, ends a line or turns text around. */
const MISLEADING = /[\u007f-\u009f\u2028\u2029\p{Cf}]/gu;

/** A piece of foreign text in quotes, without anything that could make it look like something else. */
export function quoted(text: string): string {
  return JSON.stringify(text).replace(MISLEADING, (character) => {
    return `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`;
  });
}
