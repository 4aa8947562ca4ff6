import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startMoto } from './moto.ts';
import { createTerraform } from './terraform.ts';
import { temporaryFolder } from './testing/temporary-function.ts';
import { describeWith } from './testing.ts';

const required_providers = { aws: { source: 'hashicorp/aws', version: '>= 5.0.0' } };

/** As JSON spells an expression. */
const expression = (text: string) => `\${${text}}`;

/** A folder as synth leaves it. */
function stackFolder(stack: object): string {
  return temporaryFolder({ 'cdk.tf.json': JSON.stringify(stack) });
}

const TOPIC = {
  terraform: { required_providers, backend: { s3: { bucket: 'not-there', key: 'k' } } },
  provider: { aws: [{ region: 'us-east-1' }, { alias: 'west', region: 'us-west-2' }] },
  resource: {
    aws_sns_topic: { alerts: { name: 'alerts' }, west: { name: 'w', provider: 'aws.west' } },
  },
  output: { arn: { value: expression('aws_sns_topic.alerts.arn') } },
};

await describeWith(['terraform'], 'terraform', () => {
  test('finds a mistake in a stack, and says what it is', async () => {
    const folder = stackFolder({
      output: { arn: { value: expression('aws_sns_topic.gone.arn') } },
    });
    const terraform = createTerraform(folder);
    await terraform.init();

    const failed = terraform.validate();

    await expect(failed).rejects.toThrow('terraform validate -no-color ended with exit code 1');
    await expect(failed).rejects.toThrow('Reference to undeclared resource');
  });

  test('accepts a stack without one, and leaves its folder as the stack is deployed', async () => {
    const folder = stackFolder({ output: { one: { value: 1 } } });
    const terraform = createTerraform(folder);

    await terraform.init();
    await terraform.validate();

    expect(existsSync(join(folder, 'zz_override.tf.json'))).toBe(false);
  });

  test('plans what would change, and nothing after it has been applied', async () => {
    const terraform = createTerraform(
      stackFolder({ output: { one: { value: expression('var.one') } }, variable: { one: {} } }),
      { env: { TF_VAR_one: '1' } },
    );
    await terraform.init();

    const before = await terraform.plan();
    await terraform.apply();
    const after = await terraform.plan();

    expect(before.isEmpty).toBe(false);
    expect(before.json.planned_values).toMatchObject({ outputs: { one: { value: '1' } } });
    expect(after.isEmpty).toBe(true);
    expect(await terraform.output()).toEqual({ one: '1' });
    expect(await terraform.show()).toMatchObject({ values: { outputs: { one: { value: '1' } } } });
  });

  test('keeps variables of the caller that lead to an account to itself', async () => {
    process.env.TF_VAR_one = 'the caller’s';
    onTestFinished(() => {
      delete process.env.TF_VAR_one;
    });
    const terraform = createTerraform(
      stackFolder({ output: { one: { value: expression('var.one') } }, variable: { one: {} } }),
    );
    await terraform.init();

    await expect(terraform.plan()).rejects.toThrow('No value for required variable');
  });
});

await describeWith(['terraform', 'moto'], 'terraform with an endpoint', () => {
  test('works there and nowhere else, in each region, and takes all away again', async () => {
    const moto = await startMoto();
    onTestFinished(() => moto.close());
    const folder = stackFolder(TOPIC);
    const terraform = createTerraform(folder, {
      endpoint: moto.endpoint,
      ignoreChanges: { 'aws_sns_topic.alerts': ['tags'] },
    });

    await terraform.init();
    await terraform.apply();

    expect(await terraform.output()).toEqual({
      arn: 'arn:aws:sns:us-east-1:123456789012:alerts',
    });
    expect((await terraform.plan()).isEmpty).toBe(true);
    const override = JSON.parse(readFileSync(join(folder, 'zz_override.tf.json'), 'utf8'));
    expect(override.resource).toEqual({
      aws_sns_topic: { alerts: { lifecycle: { ignore_changes: ['tags'] } } },
    });

    await terraform.destroy();
    expect((await terraform.show()).values).toBeUndefined();
  });

  test('needs a stack to be there', async () => {
    const terraform = createTerraform(temporaryFolder(), { endpoint: 'http://127.0.0.1:1' });

    await expect(terraform.init()).rejects.toThrow('pnpm synth writes it');
  });
});
