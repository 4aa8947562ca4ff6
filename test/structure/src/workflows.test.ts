import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { syntaxProblems } from './workflow-parser.ts';
import { type Job, readWorkflow, workflowProblems } from './workflows.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const FOLDER = resolve(ROOT, '.github/workflows');
const read = (name: string): string => readFileSync(resolve(FOLDER, name), 'utf8');
const commandsOf = ({ steps = [] }: Job): string => steps.map(({ run }) => run ?? '').join('\n');

describe('fault 38: a workflow', () => {
  const names = readdirSync(FOLDER);

  test('checks every change, another the tests once a week, and another releases', () => {
    expect(names.sort()).toEqual(['ci.yml', 'mutants.yml', 'release.yml']);
  });

  test.each(names)('is one that GitHub understands: %s', async (name) => {
    expect(await syntaxProblems(name, read(name))).toEqual([]);
  });

  test.each(names)('has pinned actions, no secrets, and the least permissions: %s', (name) => {
    expect(workflowProblems(read(name))).toEqual([]);
  });

  test('that GitHub would not understand is told so', async () => {
    const text = 'on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - usess: b\n';
    expect(await syntaxProblems('a.yml', text)).toContain(
      "a.yml (Line: 6, Col: 9): Unexpected value 'usess'",
    );
  });

  const SHA = '3d3c42e5aac5ba805825da76410c181273ba90b1';
  test.each([
    ['an action by its tag', 'uses: actions/setup-node@v7'],
    ['an action by its branch', 'uses: actions/setup-node@main'],
    ['an action by a short hash', 'uses: actions/setup-node@3d3c42e'],
    ['a commit without its release', `uses: actions/setup-node@${SHA}`],
    ['an image', 'uses: docker://alpine:3.20'],
    ['a secret', `env: {TOKEN: "\${{ secrets.NPM_TOKEN }}"}`],
    ['a text of a pull request in a script', `run: echo \${{ github.event.pull_request.title }}`],
    ['a token left beside the code', `uses: actions/checkout@${SHA} # v7.0.1`],
    ['an installation of what is not locked', 'run: pnpm install'],
  ])('may not have %s', (_, step) => {
    const text = `on: {push: }\npermissions: {}\njobs:\n  a:\n    permissions: {contents: read}\n    steps:\n      - ${step}\n`;
    expect(workflowProblems(text)).toHaveLength(1);
  });

  test.each([
    [
      'run with its rights on the code of a stranger',
      'on: {pull_request_target: }\npermissions: {}\njobs: {}\n',
    ],
    ['give all its jobs a permission', 'on: {push: }\npermissions: {contents: read}\njobs: {}\n'],
    ['leave its permissions to the settings', 'on: {push: }\njobs: {}\n'],
    [
      'have a job that does not say what it may do',
      'on: {push: }\npermissions: {}\njobs: {a: {}}\n',
    ],
    [
      'publish without somebody who looks at it',
      'on: {push: }\npermissions: {}\njobs: {a: {permissions: {id-token: write}}}\n',
    ],
  ])('may not %s', (_, text) => expect(workflowProblems(text)).toHaveLength(1));
});

describe('fault 38: a release', () => {
  const { on, jobs } = readWorkflow(read('release.yml'));
  const { check, pack, publish, announce } = jobs as Record<string, Job> & {
    check: Job;
    pack: Job;
    publish: Job;
    announce: Job;
  };

  test('is begun by a person, on main', () => {
    expect(Object.keys(on)).toEqual(['workflow_dispatch']);
    for (const job of [check, pack]) expect(job.if).toBe("github.ref == 'refs/heads/main'");
    expect(publish.needs).toEqual(['check', 'pack']);
    expect(announce.needs).toBe('publish');
  });

  test('passes all checks first: tests, signatures of the registry, known weaknesses', () => {
    expect(check.uses).toBe('./.github/workflows/ci.yml');
    const ci = readWorkflow(read('ci.yml'));
    expect(commandsOf(ci.jobs.check!)).toMatch(/^\.ci\/run$/m);
    expect(ci.jobs.audit!.if).toBe("github.event_name != 'pull_request'");
    expect(commandsOf(ci.jobs.audit!)).toMatch(/pnpm audit signatures --json[\s\S]*\.audited > 0/);
    expect(commandsOf(ci.jobs.audit!)).toMatch(/^pnpm audit --audit-level high$/m);
  });

  test('says of each package which run of which commit made it', () => {
    expect(publish.permissions).toEqual({ contents: 'read', 'id-token': 'write' });
    expect(commandsOf(publish)).toMatch(/ publish .*\n.* --provenance /);
    const workspace = readFileSync(resolve(ROOT, 'pnpm-workspace.yaml'), 'utf8');
    expect(workspace).toMatch(/^provenance: true$/m);
    expect(commandsOf(pack)).toContain(
      '"repository.url=git+$GITHUB_SERVER_URL/$GITHUB_REPOSITORY.git"',
    );
  });

  test('is packed where nothing can be published, and published where nothing is installed', () => {
    expect(pack.permissions).toEqual({ contents: 'read' });
    expect(commandsOf(publish)).not.toMatch(/\b(install|run|build|changeset)\b/);
    expect(publish.environment).toBe('npm');
    const [first] = readWorkflow(read('release.yml')).jobs.publish!.steps!;
    expect(first!.with?.['sparse-checkout']).toBe('/package.json\n/pnpm-workspace.yaml\n');
  });

  test('has a list of what is in each package, and of what is in the function', () => {
    expect(commandsOf(pack)).toContain(
      'pnpm run sbom:packages\npnpm run sbom:command\npnpm run sbom:function',
    );
    expect(commandsOf(announce)).toMatch(
      /gh release create .*"\$sbom" dist\/sbom\/plumbline-lambda\.cdx\.json/,
    );
  });
});
