import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{packages,apps,infra,test}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    // The long ones wait, for Terraform and for moto, so that more run at once than there are cores.
    maxWorkers: Math.max(3, availableParallelism()),
    reporters: ['default', './scripts/left-out.mjs'],
    // What starts processes, installs a package or applies a stack takes its time on a busy machine.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
