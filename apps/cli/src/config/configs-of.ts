import { type Results, rankToUse } from "@lorank/core/results";
import type { ToolConfig } from "@lorank/report";
import { configTools } from "../settings/tools.ts";
import { recipeInResults } from "./find-recipe.ts";
import { dialects } from "./keys.ts";
import { snippetFor } from "./snippet.ts";

/** The rank to use in the words of each tool; empty where there is none, or rank 0. */
export function configsOf(results: Results, folder: string): ToolConfig[] {
  const rank = rankToUse(results.decision);
  const found = rank === null || rank === 0 ? undefined : recipeInResults(results, rank, folder);
  if (found === undefined) return [];
  const { recipe, heading } = found;
  return configTools.map((tool) => ({
    tool: dialects[tool].name,
    text: snippetFor(tool, recipe, heading).text,
  }));
}
