// What Lambda's Node.js runtime does inside the process of one execution environment: loads the
// handler once, then calls it for each event. It speaks with local-function.ts over the channel of
// `fork`, so that stdout and stderr belong to the handler alone. Plain JavaScript: it runs unbuilt.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';

/** Exit codes of Lambda's runtime. */
const EXIT_UNHANDLED_REJECTION = 128;
const EXIT_UNCAUGHT_EXCEPTION = 129;

let requestId = 'undefined';

/** Lambda's console: each entry one line, with time, request and level in front. */
function logLine(level, ...parts) {
  const text = format(...parts).replaceAll('\n', '\r');
  process.stdout.write(`${new Date().toISOString()}\t${requestId}\t${level}\t${text}\n`);
}

const LEVELS = {
  log: 'INFO',
  info: 'INFO',
  debug: 'DEBUG',
  warn: 'WARN',
  error: 'ERROR',
  trace: 'TRACE',
};
for (const [method, level] of Object.entries(LEVELS)) {
  console[method] = (...parts) => logLine(level, ...parts);
}

class RuntimeError extends Error {
  constructor(name, message) {
    super(message);
    this.name = name;
  }
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html */
function describe(error) {
  if (!(error instanceof Error)) {
    return { errorType: typeof error, errorMessage: format(error), trace: [] };
  }
  const { name, message, stack = '' } = error;
  return { errorType: name, errorMessage: message, trace: stack.split('\n') };
}

/** The function that `file.export` names; the file may lie in a folder. */
async function loadHandler(name) {
  const [, file, exported] = /^(.+)\.([^./]+)$/.exec(name) ?? [];
  if (file === undefined) throw new RuntimeError('Runtime.MalformedHandlerName', 'Bad handler');
  const candidates = ['.js', '.mjs', '.cjs'].map((ending) => resolve(file + ending));
  const path = candidates.find((candidate) => existsSync(candidate));
  if (path === undefined) {
    throw new RuntimeError('Runtime.ImportModuleError', `Error: Cannot find module '${file}'`);
  }
  const module = await import(pathToFileURL(path)).catch((error) => {
    if (error?.code === 'ERR_MODULE_NOT_FOUND' || error?.code === 'MODULE_NOT_FOUND') {
      throw new RuntimeError('Runtime.ImportModuleError', `Error: ${error.message}`);
    }
    if (error instanceof SyntaxError) {
      throw new RuntimeError('Runtime.UserCodeSyntaxError', `SyntaxError: ${error.message}`);
    }
    throw error;
  });
  const handler = module[exported] ?? module.default?.[exported];
  if (handler === undefined) {
    throw new RuntimeError('Runtime.HandlerNotFound', `${name} is undefined or not exported`);
  }
  if (typeof handler !== 'function') {
    throw new RuntimeError('Runtime.HandlerNotFound', `${name} is not a function`);
  }
  return handler;
}

function contextOf(deadlineMs) {
  const { env } = process;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    invokedFunctionArn: `arn:aws:lambda:${env.AWS_REGION}:123456789012:function:${env.AWS_LAMBDA_FUNCTION_NAME}`,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    awsRequestId: requestId,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    getRemainingTimeInMillis: () => deadlineMs - Date.now(),
  };
}

/** @returns {string} JSON, for a function that returns nothing as `null` */
function serialise(result) {
  try {
    // A function or a symbol has no JSON, and is no result either.
    return JSON.stringify(result) ?? 'null';
  } catch {
    throw new Error('Unable to stringify response body');
  }
}

async function invoke(handler, { eventJson, deadlineMs }) {
  const cpuBefore = process.cpuUsage();
  const cpuMs = () => {
    const { user, system } = process.cpuUsage(cpuBefore);
    return (user + system) / 1000;
  };
  try {
    const result = await handler(JSON.parse(eventJson), contextOf(deadlineMs));
    return { kind: 'result', resultJson: serialise(result), cpuMs: cpuMs() };
  } catch (error) {
    const described = describe(error);
    logLine('ERROR', `Invoke Error \t${JSON.stringify(described)}`);
    return { kind: 'error', error: described, cpuMs: cpuMs() };
  }
}

/** Tells the last that there is to tell, and ends the environment. */
function die(error, exitCode) {
  logLine('ERROR', `${error.errorType} \t${JSON.stringify(error)}`);
  process.send({ kind: 'error', error }, () => process.exit(exitCode));
}

process.on('unhandledRejection', (reason) => {
  const { errorMessage, trace } = describe(reason);
  const errorType = 'Runtime.UnhandledPromiseRejection';
  die({ errorType, errorMessage, trace }, EXIT_UNHANDLED_REJECTION);
});
process.on('uncaughtException', (error) => die(describe(error), EXIT_UNCAUGHT_EXCEPTION));
// Whoever started this environment is gone.
process.on('disconnect', () => process.exit());

try {
  const handler = await loadHandler(process.env._HANDLER);
  process.on('message', async (request) => {
    requestId = request.requestId;
    process.send(await invoke(handler, request));
  });
  process.send({ kind: 'ready' });
} catch (error) {
  die(describe(error), 1);
}
