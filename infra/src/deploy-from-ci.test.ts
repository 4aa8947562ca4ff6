import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { deployProblems } from './preflight.ts';
import { configOf } from './testing/synthesised.ts';

const EXAMPLE = resolve(import.meta.dirname, '../../examples/deploy-from-ci');
const read = (path: string): string => readFileSync(resolve(EXAMPLE, path), 'utf8');

interface Job {
  readonly if: string;
  readonly needs?: string;
  readonly environment?: string;
  readonly permissions: Readonly<Record<string, string>>;
  readonly steps: readonly {
    readonly uses?: string;
    readonly run?: string;
    readonly with?: Readonly<Record<string, unknown>>;
  }[];
}

const text = read('.github/workflows/plumbline.yml');
const workflow = parse(text, { strict: true, uniqueKeys: true });
const { plan, apply } = workflow.jobs as { plan: Job; apply: Job };
const commandsOf = ({ steps }: Job): string => steps.map(({ run }) => run ?? '').join('\n');

describe('the workflow of examples/deploy-from-ci', () => {
  test('plans on a pull request, and applies on main only', () => {
    expect(Object.keys(workflow.on)).toEqual(['pull_request', 'push']);
    expect(workflow.on.push).toEqual({ branches: ['main'] });
    expect(commandsOf(plan)).toMatch(/terraform .*plan .*-out=plan\.tfplan/);
    expect(commandsOf(plan)).not.toContain('apply');
    expect(apply.if).toBe("github.event_name == 'push' && github.ref == 'refs/heads/main'");
  });

  test('applies the plan that was saved, once its environment lets it', () => {
    expect(apply.needs).toBe('plan');
    expect(apply.environment).toBe('production');
    expect(commandsOf(apply)).toMatch(/terraform .*apply plan\.tfplan$/m);
    expect(commandsOf(apply)).not.toContain('auto-approve');
  });

  test('never applies twice at a time, and cuts no apply off', () => {
    expect(workflow.concurrency).toEqual({
      group: `plumbline-${github("github.event_name == 'pull_request' && github.ref || 'main'")}`,
      'cancel-in-progress': github("github.event_name == 'pull_request'"),
    });
  });

  test('has no long-lived key, and two roles instead', () => {
    expect(text).not.toMatch(/secrets\.|access-key|AWS_ACCESS_KEY|AWS_SECRET/i);
    const roles = [plan, apply].map(({ steps }) =>
      steps
        .filter(({ uses = '' }) => uses.startsWith('aws-actions/configure-aws-credentials@'))
        .map((step) => step.with?.['role-to-assume']),
    );
    expect(roles).toEqual([
      [github('vars.PLUMBLINE_PLAN_ROLE')],
      [github('vars.PLUMBLINE_APPLY_ROLE')],
    ]);
  });

  test('may do no more in the repository than read it', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
    expect(plan.permissions).toEqual({ contents: 'read', 'id-token': 'write' });
    expect(apply.permissions).toEqual({ 'id-token': 'write' });
  });

  test('lets no text of a pull request into a script', () => {
    for (const { run = '' } of [...plan.steps, ...apply.steps]) expect(run).not.toContain('${{');
  });
});

describe('the rest of examples/deploy-from-ci', () => {
  test('is a configuration that can be deployed, with its state in S3', () => {
    const config = configOf('examples/deploy-from-ci/plumbline.yaml');
    expect(deployProblems(config)).toEqual([]);
    expect(config.deploy.backend).toMatchObject({ type: 's3', lockfile: true });
    expect(config.deploy.region).toBe(workflow.env.AWS_REGION);
  });

  test('trusts one repository, and for applying its environment only', () => {
    const [planning, applying] = [...read('README.md').matchAll(/```json\n([\s\S]*?)```/g)].map(
      ([, json]) => JSON.parse(json!).Statement[0].Condition,
    );
    const subject = 'token.actions.githubusercontent.com:sub';
    const repository = 'repo:your-organisation/your-repository';
    expect(planning.StringEquals[subject]).toEqual([
      `${repository}:pull_request`,
      `${repository}:ref:refs/heads/main`,
    ]);
    expect(applying.StringEquals[subject]).toBe(`${repository}:environment:${apply.environment}`);
  });
});

/** An expression of GitHub Actions. */
function github(expression: string): string {
  return `\${{ ${expression} }}`;
}
