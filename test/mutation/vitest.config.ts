import { defineConfig } from 'vitest/config';

const CORE = 'packages/core/src';
/** Seconds of random runs each. What they find by luck, and not with every mutant, a plain test has to say. */
const RANDOM = ['interleavings', 'ends', 'week'];

/** The tests that a mutant has to get past. */
export default defineConfig({
  test: {
    include: [`${CORE}/{alerts,pipeline,fleet}/*.test.ts`],
    exclude: RANDOM.map((name) => `${CORE}/pipeline/run.${name}.test.ts`),
    isolate: false, // the tests of core share nothing, and loading core for each file takes longer than they do
  },
});
