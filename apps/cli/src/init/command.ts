import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder, writeFileAtomic } from "@lorank/checkpoint/files";
import { InputError } from "@lorank/core";
import { exitCode } from "../exit-codes.ts";
import { createOutput, type OutputFlags } from "../output.ts";
import { recipesFolder } from "../recipes-folder.ts";
import { type RawFlags, readFlags } from "../settings/read.ts";
import { joinShown } from "../sweep/paths.ts";
import { shellWord } from "../text.ts";
import { type RecipeName, recipes } from "./recipes.ts";

/** Runs `lorank init` and returns what to exit with. Nothing is written where one of the files may not be. */
export async function runInitCommand(folder = ".", flags: OutputFlags & RawFlags): Promise<number> {
  const output = createOutput(flags);
  const { trainer, force = false } = readFlags("init", flags);
  const names: readonly string[] = recipes[trainer];
  const contents = names.map((name) => readFileSync(join(recipesFolder(), trainer, name)));
  const there = names.filter((name) => existsSync(join(folder, name)));
  if (there.length > 0 && !force) {
    throw new InputError(
      "E_OUT",
      `folder must not hold ${names.join(", ")}, got ${folder} with ${there.join(", ")}\n--force replaces them.`,
    );
  }
  makeFolder(folder);
  for (const [i, name] of names.entries()) writeFileAtomic(join(folder, name), contents[i]!);

  const edit = toEdit[trainer];
  const commands = nextCommands(folder, names);
  output.document({ trainer, folder, files: names, edit, next: commands });
  output.print("Written:");
  for (const name of names) output.print(`  ${joinShown(folder, name)}`);
  output.print(`\nEdit:\n${indented(edit)}\n\nThen:\n${indented(commands)}`);
  return exitCode.done;
}

const ranksAndSeeds = "sweep.yaml: ranks, seeds, learning-rate, epochs and margin";
const completions = "sweep.yaml: org/model is your base, data.jsonl your data with prompt and completion";

const toEdit: Readonly<Record<RecipeName, readonly string[]>> = {
  peft: ["sweep.yaml: the model, and data.csv with the columns text and label", ranksAndSeeds],
  trl: [completions, ranksAndSeeds],
  axolotl: [completions, ranksAndSeeds, "config.yaml: what all trials share"],
  "llama-factory": [completions, ranksAndSeeds, "config.yaml: what all trials share"],
  "stand-in": ["nothing: it brings its own task"],
};

function nextCommands(folder: string, names: readonly string[]): string[] {
  return [
    ...(folder === "." ? [] : [`cd ${shellWord(folder)}`]),
    ...(names.includes("requirements.txt") ? ["pip install -r requirements.txt"] : []),
    "lorank sweep sweep.yaml --dry-run",
    "lorank sweep sweep.yaml",
  ];
}

function indented(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}`).join("\n");
}
