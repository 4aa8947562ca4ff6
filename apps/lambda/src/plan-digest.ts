import { createHash } from 'node:crypto';
import { encodePlan, type ShardPlan } from '@plumbline/core';

/** Names the content of a plan. */
export function digestOf(plan: ShardPlan): string {
  return createHash('sha256').update(encodePlan(plan)).digest('hex').slice(0, 32);
}
