import { exitCode } from "../exit-codes.ts";
import { type CommandFlags, createOutput } from "../output.ts";
import { readFlags } from "../settings/read.ts";
import { findRecipe } from "./find-recipe.ts";
import { snippetFor } from "./snippet.ts";

/** Runs `lorank config` and returns what to exit with. */
export async function runConfigCommand(name: string, flags: CommandFlags): Promise<number> {
  const output = createOutput(flags);
  const { for: tool, rank: asked } = readFlags("config", flags);
  const { recipe, heading } = await findRecipe(name, asked, output);
  const { language, text } = snippetFor(tool, recipe, heading);
  output.document({ for: tool, rank: recipe.rank, language, text });
  output.print(text.trimEnd());
  return exitCode.done;
}
