// A reporter for vitest: what was left out stands at the end, where it is seen, with the reason that
// its name gives.
export default class LeftOut {
  onTestRunEnd(modules) {
    const names = modules.flatMap((module) =>
      [...module.children.suites()]
        .filter((suite) => suite.state() === 'skipped')
        .map((suite) => suite.name),
    );
    if (names.length === 0) return;
    const lines = names.sort().map((name) => `  ${name}`);
    process.stderr.write(`\nLeft out:\n${lines.join('\n')}\n`);
  }
}
