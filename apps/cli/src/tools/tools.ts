import { accelerate } from "./accelerate/facts.ts";
import { axolotl } from "./axolotl/facts.ts";
import { llamaFactory } from "./llama-factory/facts.ts";
import { peft } from "./peft/facts.ts";
import type { ToolFacts } from "./tool.ts";
import { torchtune } from "./torchtune/facts.ts";
import { trl } from "./trl/facts.ts";
import { unsloth } from "./unsloth/facts.ts";

/** Training tools in help's order; if a config fits several, the first wins. */
const listed = [
  peft,
  trl,
  axolotl,
  llamaFactory,
  unsloth,
  torchtune,
  accelerate,
] as const satisfies readonly NamedTool[];

export const exampleTools = [axolotl, llamaFactory] as const;

type Listed = (typeof listed)[number];

export type ToolName = Extract<Listed, { readonly writing: unknown }>["name"];

/** Tools with readable configs, written out for the JSON Schema. */
export type ReadToolName =
  | "accelerate"
  | "peft"
  | "trl"
  | "axolotl"
  | "llama-factory"
  | "unsloth"
  | "torchtune";

type NamedTool = ToolFacts & { readonly name: ReadToolName };

export type RecipeToolName = Extract<Listed, { readonly recipe: unknown }>["name"];

export const tools: readonly NamedTool[] = listed;

export const toolNames = tools.filter(({ writing }) => writing).map(({ name }) => name as ToolName);

export const recipeTools = tools.filter(({ recipe }) => recipe).map(({ title }) => title);

/** Tools whose configs can be read, as a list in words. */
export const readableConfigs = tools
  .filter(({ reading }) => reading)
  .map(({ title, file }) => (file === undefined ? title : `${title} (${file})`));

export function factsOf(name: ToolName | ReadToolName): ToolFacts {
  return tools.find((tool) => tool.name === name)!;
}

/** Loads a part by tool name, for all tools with this part. */
export async function partsOf<Part>(
  loader: (tool: ToolFacts) => (() => Promise<Part>) | undefined,
): Promise<ReadonlyMap<ReadToolName, Part>> {
  const loading = tools.flatMap((tool) => {
    const load = loader(tool);
    return load === undefined ? [] : [load().then((part) => [tool.name, part] as const)];
  });
  return new Map(await Promise.all(loading));
}

export function titleWithVersion({ title, version }: ToolFacts): string {
  return version === undefined ? title : `${title} ${version}`;
}
