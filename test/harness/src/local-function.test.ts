import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createLocalFunction } from './local-function.ts';
import { temporaryFolder, temporaryFunction } from './testing/temporary-function.ts';

const COUNTER = 'let n = 0; export const handler = async () => (n += 1);';

describe('a function that succeeds', () => {
  test('answers with what the handler returned for the event', async () => {
    const fn = temporaryFunction('export const handler = async (event) => ({ got: event.a });');

    const invocation = await fn.invoke({ a: [1, 'b', null] });

    expect(invocation).toMatchObject({ outcome: 'success', result: { got: [1, 'b', null] } });
    expect(invocation.error).toBeUndefined();
  });

  test('that returns nothing answers null', async () => {
    const fn = temporaryFunction('export const handler = async () => {};');

    expect(await fn.invoke({})).toMatchObject({ outcome: 'success', result: null });
  });

  test('keeps its process for the next event, which has no init', async () => {
    const fn = temporaryFunction(COUNTER);

    const [first, second] = [await fn.invoke({}), await fn.invoke({})];

    expect([first.result, second.result]).toEqual([1, 2]);
    expect(first.initMs).toBeGreaterThan(0);
    expect(second.initMs).toBeUndefined();
  });

  test('runs two events at once in two processes', async () => {
    const fn = temporaryFunction(COUNTER);

    const both = await Promise.all([fn.invoke({}), fn.invoke({})]);

    expect(both.map(({ result }) => result)).toEqual([1, 1]);
  });

  test('reports memory and processor time of the handler', async () => {
    const fn = temporaryFunction(`
      export const handler = async () => {
        const bytes = Buffer.alloc(60 * 1048576, 1);
        const until = process.cpuUsage().user + 100_000;
        while (process.cpuUsage().user < until);
        return bytes.length;
      };`);

    const { cpuMs, peakMb } = await fn.invoke({});

    expect(cpuMs).toBeGreaterThanOrEqual(100);
    expect(peakMb).toBeGreaterThan(60);
    expect(peakMb).toBeLessThan(256);
  });

  test('may be a CommonJS file or a file in a folder', async () => {
    const folder = temporaryFolder({ 'other.cjs': 'exports.main = async () => "cjs";' });
    const fn = createLocalFunction({ folder, handler: './other.main' });

    expect((await fn.invoke({})).result).toBe('cjs');
    await fn.close();
  });
});

describe('what the handler is given', () => {
  test('is the context of Lambda, whose time runs down from the timeout', async () => {
    const fn = temporaryFunction(
      `export const handler = async (event, context) => {
        const before = context.getRemainingTimeInMillis();
        await new Promise((resolve) => setTimeout(resolve, 30));
        return { ...context, before, after: context.getRemainingTimeInMillis() };
      };`,
      { timeoutMs: 40_000, memoryMb: 512, name: 'watcher', region: 'eu-central-1' },
    );

    const { result, requestId } = await fn.invoke({});

    expect(result).toMatchObject({
      awsRequestId: requestId,
      functionName: 'watcher',
      invokedFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:watcher',
      memoryLimitInMB: '512',
      logGroupName: '/aws/lambda/watcher',
      callbackWaitsForEmptyEventLoop: true,
    });
    const { before, after } = result as { before: number; after: number };
    expect(before).toBeLessThanOrEqual(40_000);
    expect(after).toBeLessThan(before);
    expect(after).toBeGreaterThan(0);
  });

  test('is the environment of Lambda and of the function, and nothing of the caller', async () => {
    process.env.SECRET_OF_THE_CALLER = 'leaked';
    const fn = temporaryFunction(
      `import { homedir } from 'node:os';
       export const handler = async () => ({ env: process.env, home: homedir(), cwd: process.cwd() });`,
      { env: { STATE_BUCKET: 'state', AWS_REGION: 'not-for-the-function-to-say' } },
    );

    const { env, home, cwd } = (await fn.invoke({})).result as {
      env: Record<string, string>;
      home: string;
      cwd: string;
    };
    delete process.env.SECRET_OF_THE_CALLER;

    expect(Object.keys(env).sort()).toEqual([
      'AWS_DEFAULT_REGION',
      'AWS_EXECUTION_ENV',
      'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
      'AWS_LAMBDA_FUNCTION_NAME',
      'AWS_LAMBDA_FUNCTION_VERSION',
      'AWS_LAMBDA_INITIALIZATION_TYPE',
      'AWS_LAMBDA_LOG_GROUP_NAME',
      'AWS_LAMBDA_LOG_STREAM_NAME',
      'AWS_REGION',
      'HOME',
      'LAMBDA_TASK_ROOT',
      'LANG',
      'PATH',
      'STATE_BUCKET',
      'TZ',
      '_HANDLER',
    ]);
    expect(env).toMatchObject({
      AWS_REGION: 'us-east-1',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      LAMBDA_TASK_ROOT: cwd,
    });
    expect(home).not.toBe(process.env.HOME);
  });
});

describe('logs', () => {
  test('hold both streams in the order of writing, between the lines of Lambda', async () => {
    const fn = temporaryFunction(`
      process.stdout.write('init\\n');
      export const handler = async () => {
        for (let i = 0; i < 50; i++) process[i % 2 ? 'stderr' : 'stdout'].write(i + '\\n');
      };`);

    const { logs, requestId } = await fn.invoke({});
    const lines = logs.trimEnd().split('\n');

    expect(lines.slice(0, 2)).toEqual(['init', `START RequestId: ${requestId} Version: $LATEST`]);
    expect(lines.slice(2, 52)).toEqual(Array.from({ length: 50 }, (_, i) => String(i)));
    expect(lines[52]).toBe(`END RequestId: ${requestId}`);
    expect(lines[53]).toMatch(
      /^REPORT RequestId: \S+\tDuration: \S+ ms\tBilled Duration: \d+ ms\tMemory Size: 256 MB\tMax Memory Used: \d+ MB\tInit Duration: \S+ ms$/,
    );
  });

  test('of one event do not show in the next', async () => {
    const fn = temporaryFunction(
      'export const handler = async (event) => void process.stdout.write(event + "\\n");',
    );

    const [first, second] = [await fn.invoke('one'), await fn.invoke('two')];

    expect(first.logs).toContain('one');
    expect(second.logs).toContain('two');
    expect(second.logs).not.toContain('one');
  });

  test('of console carry time, request and level, each entry in one line', async () => {
    const fn = temporaryFunction(
      'export const handler = async () => console.warn("a %s\\nc", "b");',
    );

    const { logs, requestId } = await fn.invoke({});

    const line = logs.split('\n')[1]!.split('\t');
    expect(new Date(line[0]!).toISOString()).toBe(line[0]);
    expect(line.slice(1)).toEqual([requestId, 'WARN', 'a b\rc']);
  });
});

describe('a function that fails', () => {
  test('by throwing answers with the error, and keeps its process', async () => {
    const fn = temporaryFunction(`
      let n = 0;
      export const handler = async () => { if (n++ === 0) throw new TypeError('no such bucket'); return n; };`);

    const failed = await fn.invoke({});

    expect(failed).toMatchObject({
      outcome: 'error',
      result: null,
      error: { errorType: 'TypeError', errorMessage: 'no such bucket' },
    });
    expect(failed.error?.trace.join('\n')).toContain('detect.mjs');
    expect(failed.logs).toContain('ERROR\tInvoke Error');
    expect((await fn.invoke({})).result).toBe(2);
  });

  test('by throwing no error answers with what it threw', async () => {
    const fn = temporaryFunction('export const handler = async () => { throw "text"; };');

    expect((await fn.invoke({})).error).toEqual({
      errorType: 'string',
      errorMessage: 'text',
      trace: [],
    });
  });

  test.each([
    ['a circle', 'const a = {}; a.a = a; return a;'],
    ['a BigInt', 'return 1n;'],
  ])('by returning %s, which has no JSON, answers with an error', async (_, body) => {
    const fn = temporaryFunction(`export const handler = async () => { ${body} };`);

    expect((await fn.invoke({})).error).toMatchObject({
      errorMessage: 'Unable to stringify response body',
    });
  });

  test('by returning more than Lambda carries answers with an error', async () => {
    const fn = temporaryFunction('export const handler = async () => "x".repeat(7e6);');

    const { outcome, error } = await fn.invoke({});

    expect([outcome, error?.errorType]).toEqual(['error', 'Function.ResponseSizeTooLarge']);
  });

  test('by taking too long is killed, and starts afresh', async () => {
    const fn = temporaryFunction(
      `let n = 0;
       export const handler = async (event) => {
         n += 1;
         console.log('before');
         if (event.hang) await new Promise((resolve) => setTimeout(resolve, 60_000));
         return n;
       };`,
      { timeoutMs: 400 },
    );

    const [, hung, next] = [
      await fn.invoke({}),
      await fn.invoke({ hang: true }),
      await fn.invoke({}),
    ];

    expect(hung.outcome).toBe('timeout');
    expect(hung.error).toMatchObject({
      errorType: 'Sandbox.Timedout',
      errorMessage: `RequestId: ${hung.requestId} Error: Task timed out after 0.40 seconds`,
    });
    expect(hung.logs).toContain('before');
    expect(hung.logs).toContain('Task timed out after 0.40 seconds');
    expect(next).toMatchObject({ outcome: 'success', result: 1 });
    expect(next.initMs).toBeGreaterThan(0);
  });

  test('by looping without end is killed from outside', async () => {
    const fn = temporaryFunction('export const handler = async () => { for (;;); };', {
      timeoutMs: 300,
    });

    expect((await fn.invoke({})).outcome).toBe('timeout');
  });

  test.each([
    ['outside the heap', 'kept.push(Buffer.alloc(8 * 1048576, 1))'],
    ['on the heap', 'kept.push(Array.from({ length: 1e5 }, (_, i) => ({ i })))'],
  ])('by holding too much memory %s is killed, and starts afresh', async (_, grow) => {
    const fn = temporaryFunction(
      `export const handler = async (event) => {
         const kept = [];
         while (event.grow) { ${grow}; await null; }
         return 'small';
       };`,
      { memoryMb: 128 },
    );

    const { outcome, error, peakMb } = await fn.invoke({ grow: true });

    expect(outcome).toBe('out-of-memory');
    expect(error?.errorType).toBe('Runtime.ExitError');
    expect(error?.errorMessage).toContain('Runtime exited with error: signal: ');
    expect(peakMb).toBeGreaterThan(64);
    expect((await fn.invoke({})).result).toBe('small');
  });

  test.each([
    [0, 'Runtime exited without providing a reason'],
    [7, 'Runtime exited with error: exit status 7'],
  ])('by ending its process with %i says so, and starts afresh', async (code, message) => {
    const fn = temporaryFunction(
      `export const handler = async (event) => {
         console.log('last words');
         if ('exit' in event) process.exit(event.exit);
         return 'alive';
       };`,
    );

    const ended = await fn.invoke({ exit: code });

    expect(ended.outcome).toBe('exit');
    expect(ended.error?.errorMessage).toBe(`RequestId: ${ended.requestId} Error: ${message}`);
    expect(ended.logs).toContain('last words');
    expect((await fn.invoke({})).result).toBe('alive');
  });

  test('by a rejection that nobody handles loses its process', async () => {
    const fn = temporaryFunction(`
      let n = 0;
      export const handler = async (event) => {
        n += 1;
        if (event.reject) { Promise.reject(new Error('forgotten')); await new Promise(() => {}); }
        return n;
      };`);
    await fn.invoke({});

    const { outcome, error, logs } = await fn.invoke({ reject: true });

    expect(outcome).toBe('error');
    expect(error).toMatchObject({
      errorType: 'Runtime.UnhandledPromiseRejection',
      errorMessage: 'forgotten',
    });
    expect(logs).toContain('forgotten');
    expect((await fn.invoke({})).result).toBe(1);
  });

  test('by work left behind, after its answer, starts afresh', async () => {
    const fn = temporaryFunction(
      'export const handler = async () => { setTimeout(() => process.exit(3), 1); return process.pid; };',
    );

    const first = await fn.invoke({});
    await expect.poll(() => isKnown(first.result as number)).toBe(false);
    const second = await fn.invoke({});

    expect(second.outcome).toBe('success');
    expect(second.result).not.toBe(first.result);
  });
});

describe('a function that cannot be loaded', () => {
  test.each([
    ['no such file', 'gone.handler', '', 'Runtime.ImportModuleError', "Cannot find module 'gone'"],
    [
      'no such export',
      'detect.handle',
      '',
      'Runtime.HandlerNotFound',
      'detect.handle is undefined',
    ],
    [
      'an export that is no function',
      'detect.handler',
      'export const handler = 1;',
      'Runtime.HandlerNotFound',
      'detect.handler is not a function',
    ],
    ['a name without an export', 'detect', '', 'Runtime.MalformedHandlerName', 'Bad handler'],
    [
      'an import that is not there',
      'detect.handler',
      "import 'not-there';",
      'Runtime.ImportModuleError',
      "Cannot find package 'not-there'",
    ],
    [
      'text that is no JavaScript',
      'detect.handler',
      'export const',
      'Runtime.UserCodeSyntaxError',
      'Unexpected',
    ],
    [
      'a module that throws',
      'detect.handler',
      "throw new RangeError('SNS_TOPIC_ARN is missing');",
      'RangeError',
      'SNS_TOPIC_ARN is missing',
    ],
  ])('for %s says what is wrong', async (_, handler, detect, errorType, message) => {
    const { outcome, error, logs } = await temporaryFunction(detect, { handler }).invoke({});

    expect(outcome).toBe('error');
    expect(error?.errorType).toBe(errorType);
    expect(error?.errorMessage).toContain(message);
    expect(logs).toContain(message);
  });
});

describe('misuse', () => {
  test('an event larger than Lambda takes is refused', async () => {
    const fn = temporaryFunction(COUNTER);

    await expect(fn.invoke('x'.repeat(6_291_456))).rejects.toThrow(
      'an event must be at most 6291456 bytes of JSON, got 6291458',
    );
  });

  test('an event without JSON is refused', async () => {
    await expect(temporaryFunction(COUNTER).invoke(undefined)).rejects.toThrow('must have JSON');
  });

  test.each([
    [{ memoryMb: 64 }, 'memoryMb must be 128 to 10,240, got 64'],
    [{ timeoutMs: 900_001 }, 'timeoutMs must be 1 to 900,000, got 900001'],
    [{ folder: '/not/there' }, 'folder must be an unpacked archive, got /not/there'],
  ])('%o is refused', (options, message) => {
    expect(() => temporaryFunction(COUNTER, options)).toThrow(message);
  });
});

test('closing ends every process, also one at work', async () => {
  const fn = temporaryFunction(`
    export const handler = async (event) => {
      if (event.hang) { await new Promise((resolve) => setTimeout(resolve, 60_000)); }
      return process.pid;
    };`);
  const { result: pid } = await fn.invoke({});
  const hanging = fn.invoke({ hang: true });
  await sleep(50);

  await fn.close();

  expect((await hanging).outcome).toBe('exit');
  expect(isRunning(pid as number)).toBe(false);
});

test.each([
  ['by leaving', 'process.exit()'],
  ['by being killed', "process.kill(process.pid, 'SIGKILL')"],
])('a function ends with the program that runs it, which ends %s', async (_, end) => {
  const detect = 'export const handler = async () => process.pid;';
  const folder = temporaryFolder({ 'detect.mjs': detect });
  const module = join(import.meta.dirname, '../dist/local-function.js');
  const program = `
    import { createLocalFunction } from ${JSON.stringify(module)};
    const fn = createLocalFunction({ folder: ${JSON.stringify(folder)} });
    const { result } = await fn.invoke({});
    process.stdout.write(String(result), () => ${end});`;

  const child = spawn(process.execPath, ['--input-type=module', '-e', program]);
  const pid = Number(await text(child.stdout));

  expect(pid).toBeGreaterThan(0);
  await expect.poll(() => isRunning(pid)).toBe(false);
});

test('a function that loops ends with the program that runs it', async () => {
  const pidFile = join(temporaryFolder(), 'pid');
  const detect = `
    import { writeFileSync } from 'node:fs';
    export const handler = async (file) => { writeFileSync(file, String(process.pid)); for (;;); };`;
  const folder = temporaryFolder({ 'detect.mjs': detect });
  const module = join(import.meta.dirname, '../dist/local-function.js');
  const program = `
    import { existsSync } from 'node:fs';
    import { createLocalFunction } from ${JSON.stringify(module)};
    const file = ${JSON.stringify(pidFile)};
    createLocalFunction({ folder: ${JSON.stringify(folder)} }).invoke(file);
    setInterval(() => existsSync(file) && process.exit(), 10);`;

  await once(spawn(process.execPath, ['--input-type=module', '-e', program]), 'exit');

  const pid = Number(readFileSync(pidFile, 'utf8'));
  await expect.poll(() => isRunning(pid)).toBe(false);
});

/** Until the end of a process has been heard of here, the system knows it. */
function isKnown(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** One that has ended and that nobody has asked about yet, a zombie, is not. */
function isRunning(pid: number): boolean {
  return /^[^Z]/.test(stateOf(pid));
}

/** As `ps` shows it; Linux tells it without one, which small images do not have. */
function stateOf(pid: number): string {
  if (process.platform !== 'linux') {
    const ps = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
    return ps.stdout.trim();
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2); // the name, in brackets, may hold anything
  } catch {
    return ''; // there is no such process
  }
}
