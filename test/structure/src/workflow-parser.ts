import { build } from 'esbuild';

type Parser = typeof import('@actions/workflow-parser');

/** Makes a module of it that Node can load: it imports JSON as bundlers do and Node does not. */
async function load(): Promise<Parser> {
  const { outputFiles } = await build({
    stdin: {
      contents: "export * from '@actions/workflow-parser'",
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    format: 'esm',
    platform: 'browser', // for Node its parts would come as CommonJS
    write: false,
  });
  const code = Buffer.from(outputFiles[0]!.contents).toString('base64');
  return import(`data:text/javascript;base64,${code}`);
}

/** What GitHub's own parser has to say against a workflow. */
export async function syntaxProblems(name: string, content: string): Promise<string[]> {
  const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } = await load();
  const { context, value } = parseWorkflow({ name, content }, new NoOperationTraceWriter());
  if (value !== undefined) await convertWorkflowTemplate(context, value);
  return context.errors.getErrors().map(({ message }) => message);
}
