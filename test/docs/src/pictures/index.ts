import { guidance } from './guidance.ts';
import { learning } from './learning.ts';
import { life } from './life.ts';
import { rarity } from './rarity.ts';
import { record } from './record.ts';
import { shards } from './shards.ts';
import { usual } from './usual.ts';

/** Every picture of the documentation, by its name in `docs/pictures`. */
export const PICTURES: Readonly<Record<string, () => Promise<string>>> = {
  usual,
  rarity,
  life,
  learning,
  guidance,
  record,
  shards,
};
