import { describe, test } from 'vitest';
import { missingTools, type Tool } from './tools.ts';

/**
 * A `describe` whose tests need tools that may not be here. Without them the tests are left out, under
 * a name that says which tools and how to get them; with CI=true that is a failure.
 *
 * To be awaited at the top of a test file.
 */
export async function describeWith(
  tools: readonly Tool[],
  name: string,
  define: () => void,
): Promise<void> {
  const missing = await missingTools(tools);
  if (missing.length === 0) {
    describe(name, define);
    return;
  }
  const message = `${name}: needs ${missing.join(' and ')}`;
  if (process.env.CI === 'true') {
    test(name, () => {
      throw new Error(message);
    });
    return;
  }
  describe.skip(message, define);
}
