import { findChromium, HOW_TO_GET_CHROMIUM } from './chromium.ts';
import { findMoto, HOW_TO_GET_MOTO } from './moto.ts';
import { findTerraform } from './terraform.ts';

/** A program that some tests need and that is not installed with the workspace. */
export type Tool = 'chromium' | 'moto' | 'terraform';

const TOOLS: Readonly<
  Record<Tool, { readonly find: () => Promise<unknown>; readonly get: string }>
> = {
  chromium: { find: findChromium, get: HOW_TO_GET_CHROMIUM },
  moto: { find: findMoto, get: HOW_TO_GET_MOTO },
  terraform: { find: findTerraform, get: 'https://developer.hashicorp.com/terraform/install' },
};

/** Those of the tools that are not here, each with how to get it; empty when all are. */
export async function missingTools(tools: readonly Tool[]): Promise<string[]> {
  const looked = await Promise.all(
    tools.map(async (tool) => ({ tool, found: await TOOLS[tool].find() })),
  );
  return looked
    .filter(({ found }) => found === undefined)
    .map(({ tool }) => `${tool} (${TOOLS[tool].get})`);
}
