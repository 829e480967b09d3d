import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { ToolRecipe } from "../tools/tool.ts";
import { type RecipeToolName, tools } from "../tools/tools.ts";

export type RecipeName = RecipeToolName | "stand-in";

const ofTools = tools.flatMap(({ name, recipe }) => (recipe === undefined ? [] : [[name, recipe] as const]));

const standIn: ToolRecipe = {
  files: ["sweep.yaml", "train.mjs", "evaluate.mjs", "task.mjs"],
  hint: "a task that runs in seconds, to see how it works",
  columns: "prompt and completion",
};

/** Recipes (script and sweep.yaml) for the training tools, and `stand-in`, which trains nothing. */
export const recipes = Object.fromEntries<ToolRecipe>([...ofTools, ["stand-in", standIn]]) as Readonly<
  Record<RecipeName, ToolRecipe>
>;

export const recipeNames = Object.keys(recipes) as RecipeName[];

/** Recipes' folder: `trainers` beside the built files; from sources, `examples/trainers`. */
export function recipesFolder(): string {
  const built = fileURLToPath(new URL("./trainers", import.meta.url));
  return existsSync(built) ? built : fileURLToPath(new URL("../../../../examples/trainers", import.meta.url));
}
