import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type PeftAdapter, parseHubId, vllmRankNote } from "@lorank/checkpoint";
import { InputError } from "@lorank/core";
import {
  comparedIn,
  type EngineSpec,
  type LoraSpec,
  type Results,
  type SpecMembers,
  type TrialSpec,
} from "@lorank/evidence/results";
import { publishedOf } from "@lorank/sweep/folder";
import { defaults } from "../../defaults.ts";
import { readAdapter, specOfAdapter } from "../../model/read-adapter.ts";
import { resolveAdapterPath } from "../../model/resolve.ts";
import { adapterIn, servedRankNote } from "../../model/serving.ts";
import type { Messages } from "../../output.ts";
import { readResults } from "../../results/read-results.ts";
import { isSweepFolder } from "../../results/results-file.ts";
import { isGguf, type Recipe } from "../../tools/writing.ts";
import { type FoundRecipe, ofVerdict, originOf, usedRank, verdictOn } from "./judged-recipe.ts";

/**
 * Finds a recipe: the training settings for a rank, to write as another tool's config. `name` is a sweep's folder or
 * results.json, `r16` inside such a folder, an adapter's folder or hub id, any trainer's outcomes, or a saved verdict.
 * @param rank (default: the recommended rank, else the proven rank)
 * @throws `E_CONFIG` for a rank outside the sweep, or without a default rank. As `readResults` and `readPeftAdapter`.
 */
export async function findRecipe(
  name: string,
  rank: number | undefined,
  output: Messages,
): Promise<FoundRecipe> {
  const isAdapter = existsSync(join(name, "adapter_config.json"));
  const inside = /^r(\d+)$/.exec(basename(name))?.[1];
  const isOwn = isAdapter || isSweepFolder(dirname(name));
  const judged = isOwn ? undefined : await verdictOn(name, output);
  if (judged !== undefined) return ofVerdict(name, judged, rank);
  const isResults = !isAdapter && isSweep(name);
  if (isResults) return ofResults(name, rank);
  if (!existsSync(name) && inside !== undefined && isSweep(dirname(name)))
    return ofResults(dirname(name), oneRank(rank, Number(inside)));
  if (rank !== undefined)
    throw new InputError(
      "E_CONFIG",
      `--rank must be left out for an adapter, which has one rank, got ${rank}`,
    );
  return ofAdapter(name, await resolveAdapterPath(name, output));
}

function isSweep(path: string): boolean {
  return path.endsWith(".json") || isSweepFolder(path);
}

function oneRank(flag: number | undefined, inside: number): number {
  if (flag === undefined || flag === inside) return inside;
  throw new InputError(
    "E_CONFIG",
    `--rank must be ${inside}, as in the folder's name, or left out, got ${flag}`,
  );
}

function ofResults(path: string, flag: number | undefined): FoundRecipe {
  const { results, file } = readResults(path);
  if (flag !== undefined && comparedIn(results.decision).isNamed)
    throw new InputError(
      "E_CONFIG",
      `--rank must be left out for a sweep of arms, got ${flag}\nName the adapter of an arm: ${join(dirname(file), "adapters", "ARM")}`,
    );
  const rank = flag ?? usedRank(results.decision, `the sweep ${results.sweep.name}`);
  const found = rank === 0 ? undefined : recipeInResults(results, rank, dirname(file));
  if (found !== undefined) return found;
  throw new InputError(
    "E_CONFIG",
    `--rank must be one that the sweep trained: ${trainedRanks(results).join(", ")}, got ${rank}`,
  );
}

/** Recipe of a rank, or of the arm with that number in the decision. */
export function recipeInResults(results: Results, rank: number, folder: string): FoundRecipe | undefined {
  const { decision, trials, sweep } = results;
  const { isNamed, names, numberOf, atStart } = comparedIn(decision);
  const own = trials.filter(({ spec }) => numberOf(spec) === rank);
  const trial = own.find(({ status }) => status === "completed") ?? own[0];
  if (trial === undefined) return undefined;
  const all = isNamed ? names : trainedRanks(results);
  const of = `of ${all.join(", ")} in the sweep ${sweep.name}`;
  const { spec, steps } = trial;
  const adapter = publishedOf(folder, trial).folder;
  const recipe = recipeOfSpec(spec, { steps, readAdapter: () => adapterIn(adapter) });
  const note = servedRankNote({ folder: adapter, rank: spec.lora.rank });
  const what = isNamed ? `Arm ${atStart(rank)}` : atStart(rank);
  return { recipe: withRemark(recipe, note), heading: `${what}, ${originOf(rank, decision, of)}.` };
}

function trainedRanks({ trials }: Results): number[] {
  return [...new Set(trials.map(({ spec }) => spec.lora.rank))].filter((rank) => rank > 0);
}

/**
 * Training settings of an adapter. trial.json holds more settings than the config, but is ignored after a truncation.
 */
function ofAdapter(name: string, folder: string): FoundRecipe {
  const adapter = readAdapter(folder);
  const spec = specOfAdapter(folder);
  const recipe =
    spec?.lora.rank === adapter.rank
      ? recipeOfSpec(spec, { readAdapter: () => adapter })
      : recipeOfAdapter(adapter);
  return {
    recipe: withRemark(recipe, vllmRankNote(adapter)),
    heading: `Rank ${recipe.rank}, as the adapter ${name} was trained.`,
  };
}

function withRemark(recipe: Recipe, remark: string | undefined): Recipe {
  return remark === undefined ? recipe : { ...recipe, remarks: [...recipe.remarks, remark] };
}

interface RecipeOptions {
  readonly steps?: number | undefined;
  readonly readAdapter?: () => PeftAdapter | undefined;
}

export function recipeOfSpec(spec: TrialSpec, { steps, readAdapter }: RecipeOptions = {}): Recipe {
  const { lora, optimizer, base, task }: SpecMembers = spec;
  if (base === undefined || task === undefined) {
    const adapter = readAdapter?.();
    const known = adapter === undefined ? undefined : recipeOfAdapter(adapter);
    const rest = known === undefined ? "layers, dropout, batch and the rest" : "batch, schedule and the rest";
    const remarks = [`The sweep's own trainer decided what does not stand here (${rest}): see its files.`];
    return { ...known, ...lora, optimizer, remarks: [...remarks, ...(adapter ? layerRemarks(adapter) : [])] };
  }
  const { quantization, name } = base;
  return {
    ...lora,
    dora: lora.dora ?? false,
    taskType: task.kind === "classification" ? "SEQ_CLS" : "CAUSAL_LM",
    model: name,
    ...(quantization ? { quantization } : {}),
    optimizer,
    ...(steps === undefined ? {} : { steps }),
    remarks: baseRemarks(base),
  };
}

function baseRemarks({ kind, name }: EngineSpec["base"]): string[] {
  if (kind === "random")
    return [`The base was ${name} with random weights: such settings say little of a real model.`];
  if (name === defaults.model)
    return [
      "The base was the starter, a model of 2.4 million parameters. Its learning rate and epochs are commented out: " +
        "another base needs its own, and may need another rank.",
    ];
  if (isGguf(name))
    return [
      `The base was ${name}, a GGUF file, which trainers do not train: name the model that the file was made from, by its ` +
        "folder or its id on the hub.",
    ];
  return parseHubId(name)
    ? []
    : [`The sweep calls the model ${name}: write its folder or its id on the hub.`];
}

function recipeOfAdapter(adapter: PeftAdapter): Recipe {
  const { rank, alpha, scalingRule, dropout, dora, targetModules, taskType, baseModel } = adapter;
  const targets = targetModules.toSorted();
  const lora = { rank, alpha, scalingRule, dropout, dora, targetModules: targets };
  return {
    ...(lora satisfies Record<Exclude<keyof LoraSpec, "rankPattern" | "alphaPattern">, unknown>),
    ...(taskType === "SEQ_CLS" || taskType === "CAUSAL_LM" ? { taskType } : {}),
    ...(baseModel === "" ? {} : { model: baseModel }),
    optimizer: {},
    remarks: [
      "An adapter does not say how it was trained: learning rate, epochs and batch are yours to choose.",
      ...layerRemarks(adapter),
    ],
  };
}

function layerRemarks({ rank, alpha, layers }: PeftAdapter): string[] {
  const differs = [...layers.values()].some(
    (layer) => layer.loraA.shape[0] !== rank || layer.alpha !== alpha,
  );
  return differs
    ? [
        "Some layers have a rank or an alpha of their own: see rank_pattern and alpha_pattern in adapter_config.json.",
      ]
    : [];
}
