import type { Arena } from './arena.ts';
import { createLogHistogram } from './log-histogram.ts';

/** What is at least this strong belongs to an episode, and what comes within eight hours to the same one. */
const STRONG = 0.5;
const EPISODE_MS = 8 * 3_600_000;
/** An episode is like another if it was at least so much of it. */
const ALIKE = 0.8;
/** How fast more episodes of the kind make the next one less. */
const DISCOUNT = 0.15;

/**
 * How often it has been like this before: the tenth incident of a kind is less news than the first. Counts the
 * episodes of the past that were as strong, whatever the time of day.
 */
export interface Recurrence {
  discount(strength: number): number;
  /** Episodes of the past, now over, that were about as strong or stronger. */
  episodesLike(strength: number): number;
  learn(strength: number, timestamp: number): void;
}

export function createRecurrence(arena: Arena): Recurrence {
  const bins = arena.floats(48);
  const episodes = createLogHistogram(bins, { lowest: 0.1, binsPerOctave: 4 });
  const [STRONGEST, LATEST] = [0, 1] as const;
  const state = arena.doubles(2); // of the episode that goes on: how strong it has been, and until when
  state[LATEST] = Number.NEGATIVE_INFINITY;
  const episodesLike = (strength: number): number =>
    episodes.count(episodes.binOf(ALIKE * strength) + 1, bins.length - 1);
  return {
    episodesLike,
    discount: (strength) => strength * (1 + episodesLike(strength)) ** -DISCOUNT,
    learn(strength, timestamp) {
      if (!(strength >= STRONG)) return;
      if (timestamp - state[LATEST]! > EPISODE_MS && state[STRONGEST]! > 0) {
        episodes.add(state[STRONGEST]!);
        state[STRONGEST] = 0;
      }
      state[STRONGEST] = Math.max(state[STRONGEST]!, strength);
      state[LATEST] = timestamp;
    },
  };
}
