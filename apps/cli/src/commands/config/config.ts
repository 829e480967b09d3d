import { type Results, rankToUse } from "@lorank/evidence/results";
import type { ToolConfig } from "@lorank/report";
import type { Input } from "../../command.ts";
import type { Messages, Page } from "../../output.ts";
import type { Keys, ToolWriting } from "../../tools/tool.ts";
import { factsOf, type ToolName, titleWithVersion, toolNames } from "../../tools/tools.ts";
import {
  comment,
  type Entry,
  entryOf,
  type Recipe,
  type ValueName,
  type Values,
  valueNames,
  valuesOf,
  valueText,
  yamlLines,
} from "../../tools/writing.ts";
import { writings } from "../../tools/writings.ts";
import type { ConfigSettings } from "./command.ts";
import { findRecipe, recipeInResults } from "./find-recipe.ts";

export interface ConfigDocument extends Snippet {
  /** Name of the training tool that reads the config. */
  readonly for: string;
  readonly rank: number;
}

export async function run(
  { settings: { for: tool, rank }, names: [name] }: Input<ConfigSettings, readonly [string]>,
  output: Messages,
): Promise<ConfigDocument> {
  const { recipe, heading } = await findRecipe(name, rank, output);
  const { language, text } = snippetFor(tool, recipe, heading);
  return { for: tool, rank: recipe.rank, language, text };
}

export function view({ text }: ConfigDocument, page: Page): void {
  page.print(text.trimEnd());
}

export interface Snippet {
  readonly language: "python" | "yaml";
  /** Config text, YAML or Python, with a final line end. */
  readonly text: string;
}

/** Writes a training tool's LoRA config and the training settings it takes; `heading` summarises the recipe. */
export function snippetFor(toolName: ToolName, recipe: Recipe, heading: string): Snippet {
  const tool = { ...writings.get(toolName)!, title: titleWithVersion(factsOf(toolName)) };
  const { lora: loraKeys, training: trainingKeys, adapt, python } = tool;
  const own = valuesOf(recipe);
  const { values: adapted, lora: kind = [], remarks = [] } = adapt?.(recipe, own) ?? { values: own };
  const { values, remarks: rounded } = withWholeAlpha(tool, adapted);
  const lora = entriesOf(recipe, loraKeys, values);
  const afterModel = lora.findIndex(([key]) => key === loraKeys.model) + 1;
  const parts = {
    lora: lora.toSpliced(afterModel, 0, ...kind),
    training: entriesOf(recipe, trainingKeys, values),
  };
  const comments = [
    heading,
    `For ${tool.title}, written by lorank config.`,
    ...recipe.remarks,
    ...rounded,
    ...headRemarks(tool, recipe),
    ...remarks,
    ...missingKeys(tool, values),
  ].map(comment);
  const body = python?.(recipe, parts) ?? yamlLines([...parts.lora, ...parts.training]);
  return { language: python ? "python" : "yaml", text: `${[...comments, ...body].join("\n")}\n` };
}

interface TitledWriting extends ToolWriting {
  readonly title: string;
}

function entriesOf(recipe: Recipe, keys: Keys, values: Values): Entry[] {
  return Object.entries(keys).flatMap(([name, key]) => {
    const value = values[name as ValueName];
    return value === undefined ? [] : [entryOf(recipe, name as ValueName, key, value)];
  });
}

function withWholeAlpha(tool: TitledWriting, values: Values): { values: Values; remarks: readonly string[] } {
  const { alpha } = values;
  if (!tool.wholeAlpha || typeof alpha !== "number" || Number.isInteger(alpha))
    return { values, remarks: [] };
  return {
    values: { ...values, alpha: Math.max(1, Math.round(alpha)) },
    remarks: [`${tool.title} takes a whole number for lora_alpha; it was ${alpha}.`],
  };
}

function headRemarks(tool: TitledWriting, { taskType }: Recipe): string[] {
  if (tool.namesTask || taskType !== "SEQ_CLS") return [];
  return [
    `The adapter was trained with a classification head, which ${tool.title} is not told here: as a language model ` +
      "the same data may want another rank, learning rate and number of epochs.",
  ];
}

/** Sentences on recipe values without a key in the tool. Users set model and task elsewhere. */
function missingKeys(tool: TitledWriting, values: Values): string[] {
  const keys: Keys = { ...tool.lora, ...tool.training, model: "-", taskType: "-" };
  return (Object.keys(values) as ValueName[])
    .filter((name) => keys[name] === undefined && values[name] !== undefined)
    .map((name) => `${tool.title} has no key for ${valueNames[name]}; it was ${valueText(values[name]!)}.`);
}

/** Configs for each training tool at the recommended or proven rank; empty without such a rank, or for rank 0. */
export function configsOf(results: Results, folder: string): ToolConfig[] {
  const rank = rankToUse(results.decision);
  const found = rank === null || rank === 0 ? undefined : recipeInResults(results, rank, folder);
  if (found === undefined) return [];
  const { recipe, heading } = found;
  return toolNames.map((name) => ({
    tool: titleWithVersion(factsOf(name)),
    text: snippetFor(name, recipe, heading).text,
  }));
}
