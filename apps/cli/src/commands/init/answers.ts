import { existsSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "@lorank/core";
import type { Row } from "@lorank/tables";
import { readDataRows } from "@lorank/tables/node";
import { exampleTable } from "@lorank/train/data";
import { defaults } from "../../defaults.ts";
import { camelKeys, flagOf } from "../../flags/flag-names.ts";
import { type RecipeName, recipes, recipesFolder } from "../../settings/recipes.ts";
import { shellWord } from "../../text.ts";
import { readYaml } from "../../yaml-file.ts";
import type { InitSettings } from "./command.ts";

/** Answers to the questions of `init`, or its flags; keys are flag names. */
export type Answers = Omit<InitSettings, "force" | "yes">;

export const columnKeys = ["text-column", "label-column", "prompt-column", "response-column"] as const;

export function recipeOf({ trainer = "lorank" }: Answers): RecipeName | undefined {
  return trainer === "lorank" ? undefined : trainer;
}

/** Checks answers: data must exist; another trainer's script takes no columns. Throws `E_CONFIG` with all problems. */
export function assertAnswers(answers: Answers): void {
  const problems: string[] = [];
  const { data, arms, spectrum, ranks = [] } = answers;
  const recipe = recipeOf(answers);
  if (arms !== undefined && recipe !== undefined && recipe !== "peft")
    problems.push(`--arms must be left out with --trainer ${recipe}, got ${arms}`);
  if (spectrum !== undefined && arms === undefined)
    problems.push(`--spectrum must be given with --arms, got ${spectrum} alone`);
  if (arms !== undefined && ranks.length > 1)
    problems.push(`--ranks must be one rank with --arms, that of all linear layers, got ${ranks.join(",")}`);
  if (data !== undefined && data !== defaults.data && !existsSync(data))
    problems.push(`--data must be a file that is there, got ${data}`);
  if (recipe !== undefined) {
    const foreign = columnKeys.filter((key) => answers[key] !== undefined);
    if (foreign.length > 0)
      problems.push(
        `${foreign.map((key) => `--${key}`).join(", ")} must be left out with --trainer ${recipe}: ` +
          `its script reads ${recipes[recipe].columns}`,
      );
    if (data === defaults.data) problems.push(`--data must be a file with --trainer ${recipe}, got ${data}`);
    if (recipe === "stand-in" && (data ?? answers.model) !== undefined)
      problems.push("--data and --model must be left out with --trainer stand-in, which brings its own task");
  }
  if (problems.length > 0) throw new InputError("E_CONFIG", problems.join("\n"));
}

/** Reads rows of a data file, to find its columns. Throws `E_DATA` for unreadable data. */
export function rowsOf(data: string, columns: readonly string[] = []): Promise<Row[]> {
  return readDataRows(data, { columns, optionName: flagOf });
}

/** Column flags for a sweep's data: as typed, or found by name. Throws `E_DATA`. */
export function columnsFor(data: string, rows: readonly Row[], typed: Answers): Answers {
  const { textColumn, labelColumn, promptColumn, responseColumn } = camelKeys(typed);
  const isTyped = (...columns: (string | undefined)[]) => columns.some((column) => column !== undefined);
  const table = exampleTable(data, rows, {
    task: isTyped(promptColumn, responseColumn)
      ? "causal-lm"
      : isTyped(textColumn, labelColumn)
        ? "classification"
        : undefined,
    ...{ textColumn, labelColumn, promptColumn, responseColumn },
    ...{ skipInvalid: true, optionName: flagOf },
  });
  if (table.kind === "classification")
    return { "text-column": table.textColumn, "label-column": table.labelColumn };
  const { columns } = table;
  // Conversations need no column flags: their column is found by name.
  return "prompt" in columns ? { "prompt-column": columns.prompt, "response-column": columns.response } : {};
}

export function commandOf(folder: string, answers: Answers, force: boolean): string {
  const flags = Object.entries(answers)
    .filter(([, value]) => value !== undefined)
    .flatMap(([key, value]) => [`--${key}`, Array.isArray(value) ? value.join(",") : String(value)]);
  const words = ["lorank", "init", ...(folder === "." ? [] : [folder]), ...flags];
  return [...words, ...(flags.length === 0 ? ["--yes"] : []), ...(force ? ["--force"] : [])]
    .map(shellWord)
    .join(" ");
}

export function fileNames(answers: Answers): readonly string[] {
  const recipe = recipeOf(answers);
  return recipe === undefined ? ["sweep.yaml"] : recipes[recipe].files;
}

interface DefaultAnswers {
  readonly data?: string | undefined;
  readonly model?: string | undefined;
  readonly ranks: string;
  readonly seeds: string;
  /** Learning rate of another trainer's recipe. */
  readonly learningRate?: number;
}

/** Default answers: those of `sweep`, or of another trainer's recipe. */
export function usualAnswers(recipe: RecipeName | undefined): DefaultAnswers {
  if (recipe === undefined) {
    const { data, model, ranks, seeds } = defaults;
    return { data, model, ranks: ranks.join(","), seeds: String(seeds) };
  }
  const {
    ranks,
    seeds,
    trainer,
    "learning-rate": learningRate,
  } = readYaml(join(recipesFolder(), recipe, "sweep.yaml")) as {
    readonly ranks: readonly number[];
    readonly seeds: number;
    readonly "learning-rate": number;
    readonly trainer: { readonly command: readonly string[] };
  };
  const after = (flag: string): string | undefined => {
    const place = trainer.command.indexOf(flag);
    return place === -1 ? undefined : trainer.command[place + 1];
  };
  return {
    data: after("--data"),
    model: after("--model"),
    ranks: ranks.join(","),
    seeds: String(seeds),
    learningRate,
  };
}
