import type { Monitor } from '@plumbline/core';

/** Whether the metrics of a monitor have to be looked for. */
export function discovers({ source }: Pick<Monitor, 'source'>): boolean {
  return source.kind === 'cloudwatch' && Object.values(source.dimensions).includes('*');
}
