import { readModelConfig } from "@lorank/checkpoint/files";
import { InputError, type KindChoice, kindOf, portableRule } from "@lorank/core";
import { spamAssassin } from "@lorank/starter";
import { type PreparedPlan, preparePlan, type SweepSettings } from "@lorank/sweep";
import { type Family, familyOf, type HeadModule, resolveTargets, weightShapes } from "@lorank/train/engine";
import { tokenised } from "../data/tokenised.ts";
import { defaults } from "../defaults.ts";
import { resolveModelPath } from "../model/resolve.ts";
import type { Display } from "../output.ts";
import { camelKeys, flagOf } from "../settings/flag-names.ts";
import { quantizationNamed } from "../settings/quantization.ts";
import type { SettingsOf } from "../settings/table.ts";

/** The settings that trials are made of, ranks and seeds among them. */
export type TrialSettings = Partial<SettingsOf<"plan">>;

/** Sizes of what a rank trains. Bytes are those of float32 tensors, in which this engine trains. */
export interface RankCost {
  readonly rank: number;
  /** A and B of all targets. */
  readonly loraParams: number;
  /** A, B and the classification head. */
  readonly trainableParams: number;
  readonly adapterBytes: number;
  readonly gradientBytes: number;
  /** Two AdamW moments. */
  readonly optimizerBytes: number;
}

/** Trials that have been checked to the end, and nothing written yet. */
export interface PreparedTrials extends PreparedPlan {
  readonly costs: readonly RankCost[];
  /** Hand out adapters in the portable form. */
  readonly portable: boolean;
}

/**
 * Resolves settings into trials of every rank under every seed: finds the model, reads and tokenises the texts, plans.
 *
 * @throws InputError for everything in the input that is wrong; whoever calls this has written nothing before.
 */
export async function prepareTrials(settings: TrialSettings, display: Display): Promise<PreparedTrials> {
  const portable = portableOf(settings);
  const {
    model = defaults.model,
    data = defaults.data,
    quantize = defaults.quantize,
    ...others
  } = camelKeys(settings);
  const prepared = await preparePlan(
    {
      ...others,
      model,
      ...(data === defaults.data ? eMails(others) : { data }),
      quantization: quantizationNamed(quantize),
      optionName: flagOf,
    },
    { findModel: (name) => findModel(name, display), tokenised },
  );
  const { plan, family, head } = prepared;
  const { ranks, lora } = plan.config;
  return { ...prepared, portable, costs: ranks.map((rank) => costOfRank(family, head, lora, rank)) };
}

/** The built-in e-mails, which have parts of their own; as many of them as are usual. */
function eMails({
  trainExamples = defaults.trainExamples,
  validationExamples = defaults.validationExamples,
  testExamples,
}: Pick<SweepSettings, "trainExamples" | "validationExamples" | "testExamples">) {
  const parts = spamAssassin();
  const usualTest = Math.min(validationExamples, parts.validation.length, parts.test.length);
  return {
    data: { name: defaults.data, ...parts },
    trainExamples,
    validationExamples,
    testExamples: testExamples ?? usualTest,
  };
}

/**
 * `starter`, a folder, a `.gguf` file, or a hub id, which is fetched unless it is cached, its config first, so that nobody
 * waits for weights of a family that cannot be trained.
 */
async function findModel(name: string, display: Display): Promise<string> {
  familyOf(readModelConfig(await resolveModelPath(name, display, { files: "config" })).config);
  return resolveModelPath(name, display);
}

/** Counts rank · (inDim + outDim) for every target, outDim more where it has magnitudes, and the modules trained whole. */
export function costOfRank(
  family: Family,
  head: HeadModule,
  adapter: KindChoice & { readonly targetModules: readonly string[] },
  rank: number,
): RankCost {
  const perRow = kindOf(adapter).hasMagnitudes ? rank + 1 : rank;
  const loraParams = resolveTargets(head, adapter.targetModules, rank).reduce(
    (sum, { inDim, outDim }) => sum + rank * inDim + perRow * outDim,
    0,
  );
  const headParams = weightShapes(family, head)
    .filter(({ trainedWhole }) => trainedWhole)
    .reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);
  const trainableParams = loraParams + headParams;
  return {
    rank,
    loraParams,
    trainableParams,
    adapterBytes: 4 * trainableParams,
    gradientBytes: 4 * trainableParams,
    optimizerBytes: 8 * trainableParams,
  };
}

function portableOf(settings: TrialSettings): boolean {
  const { portable = false } = settings;
  const rule = portable ? portableRule(settings) : undefined;
  if (rule === undefined) return portable;
  throw new InputError(
    "E_CONFIG",
    `portable must be ${rule}, got true\n` +
      "Train without portable, and fold the adapter into its base: lorank merge.",
  );
}
