import { accelerate } from "./accelerate/facts.ts";
import { axolotl } from "./axolotl/facts.ts";
import { llamaFactory } from "./llama-factory/facts.ts";
import { peft } from "./peft/facts.ts";
import type { ToolFacts } from "./tool.ts";
import { torchtune } from "./torchtune/facts.ts";
import { trl } from "./trl/facts.ts";
import { unsloth } from "./unsloth/facts.ts";

/** Training tools in help's order, which breaks ties between configs' marks. */
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

/** Names of all tools, written out for the JSON Schema of a document that names the tool whose config was read. */
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

/** Readable configs, with fixed file names. */
export const readableConfigs = tools
  .filter(({ reading }) => reading)
  .map(({ title, file }) => (file === undefined ? title : `${title} (${file})`));

export function factsOf(name: ToolName | ReadToolName): ToolFacts {
  return tools.find((tool) => tool.name === name)!;
}

/** Loads a part of all tools that have it, by name. */
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
