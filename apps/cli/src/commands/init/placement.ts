import type { PeftAdapter } from "@lorank/checkpoint";
import { countLoraParams, InputError, wholeNumber } from "@lorank/core";
import {
  groupNames,
  type ModelShape,
  modelShapeFromConfig,
  selectTargets,
  targetLayers,
} from "@lorank/core/models";
import { allocateRanks } from "@lorank/core/spectrum";
import { stringify } from "yaml";
import { layerSpectra } from "../../adapter/spectra.ts";
import type { ArmInFile } from "../../flags/arms-kind.ts";
import type { Display } from "../../output.ts";
import { readConfig } from "../memory/model-config.ts";

export interface PlacementArm {
  readonly name: string;
  readonly rank: number;
  /** Trained parameters of the arm's adapter; of a method that shares ranks out, those that it aims at. */
  readonly parameters: number;
}

export interface Placement extends PlacementArm {
  readonly settings: Omit<ArmInFile, "name">;
}

const targets = ["all-linear", "attention", "mlp"] as const;

/** Learning rates as multiples of the recipe's. AdaLoRA's product of three small factors learns slowly at first. */
const rateFactors = { plain: [1 / 3, 1, 3], adalora: [1, 3, 10] };

/**
 * Arms that place the same number of parameters differently. The first is on all linear layers, at `rank`. The others are on
 * a part of the blocks, at the rank whose parameters are nearest.
 */
export function placements(shape: ModelShape, rank: number): Placement[] {
  const whole = countLoraParams(selectTargets(shape, "all-linear"), rank);
  return targets.map((name) => {
    const layers = selectTargets(shape, name === "all-linear" ? name : groupNames(shape, name));
    const own = Math.max(1, Math.round(whole / countLoraParams(layers, 1)));
    return {
      name,
      rank: own,
      parameters: countLoraParams(layers, own),
      settings: { rank: own, targets: name },
    };
  });
}

/**
 * Placement of a trained adapter's ranks, as an arm: layers get ranks by how much the adapter changed them, within
 * `budget` parameters. Throws E_TARGET for another model's adapter, E_RANK as `allocateRanks`.
 */
export function allocationOf(adapter: PeftAdapter, shape: ModelShape, budget: number): Placement {
  const sizes = new Map(targetLayers(shape, "all-linear").map((layer) => [layer.path, layer]));
  const layers = layerSpectra(adapter).map(({ path, singularValues }) => {
    const size = sizes.get(path);
    if (size === undefined)
      throw new InputError(
        "E_TARGET",
        `--spectrum must be an adapter of the model, which has no layer ${path}`,
      );
    return { path, singularValues, inDim: size.inDim, outDim: size.outDim };
  });
  const ranks = allocateRanks(layers, budget);
  const rank = mostFrequent([...ranks.values()]);
  const own = [...ranks].filter(([, one]) => one !== rank);
  const parameters = layers.reduce(
    (sum, { path, inDim, outDim }) => sum + (ranks.get(path) ?? 0) * (inDim + outDim),
    0,
  );
  const pattern = own.length === 0 ? {} : { "rank-pattern": Object.fromEntries(own) };
  const settings = { rank, targets: [...ranks.keys()], ...pattern };
  return { name: "allocation", rank, parameters, settings };
}

function mostFrequent(numbers: readonly number[]): number {
  const countOf = (one: number): number => numbers.filter((other) => other === one).length;
  return numbers.reduce((most, one) => (countOf(one) > countOf(most) ? one : most));
}

/** Placements of the PEFT recipe, each at three learning rates, with AdaLoRA and EVA on all linear layers. */
export function peftPlacements(plain: readonly Placement[], learningRate: number): Placement[] {
  const [whole] = plain;
  const chosen = ["adalora", "eva"].map((chooser) => ({
    ...whole!,
    name: chooser,
    settings: { ...whole!.settings, values: { chooser } },
  }));
  return [...plain, ...chosen].flatMap((placement) => {
    const factors = placement.name === "adalora" ? rateFactors.adalora : rateFactors.plain;
    return factors.map((factor) => {
      const rate = Number((factor * learningRate).toPrecision(2));
      const name = `${placement.name} ${rate.toExponential()}`;
      return { ...placement, name, settings: { ...placement.settings, "learning-rate": rate } };
    });
  });
}

/** Shape of the model that `init` names. Throws E_TARGET for a mixture of experts, whose ranks are not all alike. */
export async function placementShape(model: string, display: Display): Promise<ModelShape> {
  const { config } = await readConfig(model, display, undefined);
  // Encoders are trained as classifiers alone, and RoBERTa has no pooler then. Layers of decoders are the same.
  const shape = modelShapeFromConfig(config, { head: { kind: "classification", labels: 2 } });
  if (shape.experts.length > 0)
    throw new InputError("E_TARGET", `--arms must be left out for a mixture of experts, got ${model}`);
  return shape;
}

/** Lines of a sweep's file: `arms`, with each arm's parameters as a comment. */
export function armLines(arms: readonly Placement[], hasCosts: boolean): string[] {
  const [{ rank, parameters }] = arms as readonly [Placement];
  const named = arms.map(({ name, settings, ...arm }) => {
    const members = { name, ...settings, ...(hasCosts ? { cost: 1 } : {}) };
    const line = stringify(members, { collectionStyle: "flow", lineWidth: 0 }).trim();
    return `  - ${line} # ${parametersWords(arm.parameters, parameters)}`;
  });
  return [
    `# As many parameters as rank ${rank} on all linear layers has: ${wholeNumber(parameters)}, or as near as a whole rank comes.`,
    ...(hasCosts ? ["# All cost the same, so the first named wins where no difference is seen."] : []),
    "arms:",
    ...named,
  ];
}

/** Parameters in words, with their distance from the aim. */
export function parametersWords(parameters: number, aim: number): string {
  const percent = (100 * (parameters - aim)) / aim;
  const more = parameters === aim ? "" : `, ${percent > 0 ? "+" : "−"}${Math.abs(percent).toFixed(1)} %`;
  return `${wholeNumber(parameters)} parameters${more}`;
}
