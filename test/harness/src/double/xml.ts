/** A value as the XML protocols write it: members are elements, list items are called `member`. */
export function toXml(name: string, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) {
    return `<${name}>${value.map((item) => toXml('member', item)).join('')}</${name}>`;
  }
  if (typeof value === 'object') return `<${name}>${membersToXml(value)}</${name}>`;
  return `<${name}>${escapeXml(String(value))}</${name}>`;
}

export function membersToXml(value: object): string {
  return Object.entries(value)
    .map(([name, member]) => toXml(name, member))
    .join('');
}

/** Text as it may stand between tags. */
export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
