// Changes what decides in a thousand small ways, and runs the tests on each: a mutant that they let pass is
// a sentence that no test says. The score of each file is printed; reports/mutation/mutation.html shows the mutants.

export default {
  mutate: ['packages/core/src/{alerts,pipeline}/**/*.ts', '!**/*.test.ts'],
  testRunner: 'vitest',
  plugins: [import.meta.resolve('@stryker-mutator/vitest-runner')],
  vitest: { configFile: 'test/mutation/vitest.config.ts' },
  coverageAnalysis: 'perTest',
  // What runs once, when a module is loaded, would need all tests on a fresh start for each mutant.
  ignoreStatic: true,
  // The mutants are made in a copy, of what the tests need.
  ignorePatterns: [
    '**',
    '!packages/core/*.json',
    '!packages/core/src/**',
    '!test/mutation/*.ts',
    '!*.json',
  ],
  tempDirName: 'reports/sandbox',
  reporters: ['clear-text', 'html', 'json', 'progress-append-only'],
  clearTextReporter: { reportMutants: false, reportTests: false },
  thresholds: { high: 90, low: 85, break: 80 },
};
