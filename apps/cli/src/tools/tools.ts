import { accelerate } from "./accelerate/facts.ts";
import { axolotl } from "./axolotl/facts.ts";
import { llamaFactory } from "./llama-factory/facts.ts";
import { peft } from "./peft/facts.ts";
import type { ToolFacts } from "./tool.ts";
import { torchtune } from "./torchtune/facts.ts";
import { trl } from "./trl/facts.ts";
import { unsloth } from "./unsloth/facts.ts";

/** The training tools, in the order of help. A config with as many keys of several is the first one's. */
const listed = [peft, trl, axolotl, llamaFactory, unsloth, torchtune, accelerate] as const;

/** Tools that examples of help name. */
export const exampleTools = [axolotl, llamaFactory] as const;

type Listed = (typeof listed)[number];

/** Tools whose config `config` writes. */
export type ToolName = Extract<Listed, { readonly writing: unknown }>["name"];

/** Tools whose config `memory` reads. */
export type ReadToolName = Extract<Listed, { readonly reading: unknown }>["name"];

/** Tools that `init` has a recipe for. */
export type RecipeToolName = Extract<Listed, { readonly recipe: unknown }>["name"];

export const tools: readonly ToolFacts[] = listed;

export const toolNames = tools.filter(({ writing }) => writing).map(({ name }) => name as ToolName);

/** Titles of the tools that `init` has a recipe for. */
export const recipeTools = tools.filter(({ recipe }) => recipe).map(({ title }) => title);

/** Configs that are read, with the files' name where it is fixed. */
export const readableConfigs = tools
  .filter(({ reading }) => reading)
  .map(({ title, file }) => (file === undefined ? title : `${title} (${file})`));

export function factsOf(name: ToolName | ReadToolName): ToolFacts {
  return tools.find((tool) => tool.name === name)!;
}

/** Title and release: `PEFT 0.21.2`. */
export function titleWithVersion({ title, version }: ToolFacts): string {
  return version === undefined ? title : `${title} ${version}`;
}
