import { setTimeout as sleep } from 'node:timers/promises';
import type { DeskOptions } from '@plumbline/core';

/** What a desk needs of the world. */
export const DESK_TIMING: Pick<DeskOptions, 'sleep' | 'random'> = {
  sleep: (ms) => sleep(ms),
  random: Math.random,
};
