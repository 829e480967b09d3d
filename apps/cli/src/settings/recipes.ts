import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Names and files of the recipes. No import here: a command's help reads it. */

const python = ["sweep.yaml", "train.py", "evaluate.py", "lorank_trial.py", "requirements.txt"] as const;
const completions = [...python, "benchmark.py"] as const;
const configured = [...completions, "lorank_config.py", "config.yaml"] as const;

/** The files of each recipe: those of its folder in `examples/trainers`. */
export const recipes = {
  peft: [...python, "README.md"],
  trl: completions,
  axolotl: configured,
  "llama-factory": configured,
  "stand-in": ["sweep.yaml", "train.mjs", "evaluate.mjs", "task.mjs"],
} as const;

export type RecipeName = keyof typeof recipes;

export const recipeNames = Object.keys(recipes) as RecipeName[];

/** Folder of the recipes: beside the built files, one folder below the package; from sources, `examples/`. */
export function recipesFolder(): string {
  const built = fileURLToPath(new URL("./trainers", import.meta.url));
  return existsSync(built) ? built : fileURLToPath(new URL("../../../../examples/trainers", import.meta.url));
}
