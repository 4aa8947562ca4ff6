import type { Delivery, SendOptions } from '@plumbline/core';

/**
 * Where pieces of work wait for whoever does them. A piece may arrive more than once, and in any order:
 * to do it twice must be harmless, and nothing may rest on what came before.
 */
export interface WorkQueue {
  /**
   * Puts one piece for each body. One outcome a body, in their order: what is not delivered is not on
   * its way, or nobody knows; `retryable` says whether putting it again can succeed.
   *
   * When the time runs out it says of each what is known, and what was delivered by then counts as
   * delivered.
   *
   * @param bodies - text, not empty; control characters and lone surrogates may be refused
   */
  put(bodies: readonly string[], options?: SendOptions): Promise<readonly Delivery[]>;
}
