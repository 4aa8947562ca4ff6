import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{packages,apps,infra,test}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    reporters: ['default', './scripts/left-out.mjs'],
    // Tests that start processes or install a package take seconds on a busy machine.
    testTimeout: 30_000,
  },
});
