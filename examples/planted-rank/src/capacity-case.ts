import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { adviseRanks, type CapacityFacts, type RankAdvice } from "@lorank/core/decide";
import type { TrialResult } from "@lorank/core/results";
import { onnxRuntime } from "@lorank/graph/devices";
import { planSweep, runPlan } from "@lorank/sweep";
import { completionBits, familyOf, noAdapter, Transformer } from "@lorank/train/engine";
import type { PlantedRankTask } from "./planted-rank.ts";
import { plantedSweep } from "./planted-sweep.ts";

/** Ranks tried in every case. */
export const ranks: readonly number[] = [1, 2, 4, 8, 16, 32];
/** The difference in log loss, in nats, that counts as none. */
const margin = 0.02;
/** Texts that every training sees, so that all are trained equally long. */
const textsSeen = 12_000;

export interface CapacityCase {
  readonly planted: number;
  readonly trainExamples: number;
  readonly targetsPerText: number;
  readonly taskSeed: number;
}

export interface JudgedCase extends CapacityCase {
  readonly advice: readonly RankAdvice[];
  readonly facts: CapacityFacts;
  /** The smallest rank whose trained adapter is within the margin of the best on the validation texts. */
  readonly trained: number;
}

/** What the rules advise for a planted rank, and which rank training needs. */
export async function judgeCase(one: CapacityCase): Promise<JudgedCase> {
  const { planted, taskSeed, trainExamples, targetsPerText } = one;
  const folder = mkdtempSync(join(tmpdir(), "lorank-capacity-"));
  try {
    const { task, config, files, out, run } = await plantedSweep({
      planted,
      taskSeed,
      ranks,
      seeds: [0],
      folder,
      trialsAtOnce: 1,
      margin,
      training: {
        trainExamples,
        targetsPerText,
        validationExamples: targetsPerText === 1 ? 3200 : 400,
        epochs: textsSeen / trainExamples,
        learningRate: 0.02,
      },
    });
    const { results } = await runPlan({ plan: planSweep(config), ...files }, { out }, run);
    if (!results) throw new Error("the sweep did not finish");
    const facts = {
      ranks: results.trials.map(({ spec, loraParams }) => ({
        rank: spec.lora.rank,
        loraParams: loraParams!,
      })),
      trainExamples,
      ...(await lossBefore(task)),
    };
    return { ...one, facts, advice: adviseRanks(facts), trained: smallestAdequate(results.trials) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What the base does not know of the targets. */
async function lossBefore({ config, base, dataset }: PlantedRankTask) {
  const family = familyOf(config);
  const head = family.head({ kind: "causal-lm" });
  const runtime = await onnxRuntime();
  const model = new Transformer({ family, head, runtime, adapter: noAdapter, parameters: base });
  const { bits, completionTokens } = await completionBits(model, dataset.train, { padId: family.padTokenId });
  await model.dispose();
  return { baseBits: bits, completionTokens };
}

function smallestAdequate(trials: readonly TrialResult[]): number {
  const losses = trials.flatMap(({ spec, evaluation }) =>
    evaluation === undefined ? [] : [{ rank: spec.lora.rank, loss: evaluation.logLoss! }],
  );
  const best = Math.min(...losses.map(({ loss }) => loss));
  return Math.min(...losses.filter(({ loss }) => loss - best <= margin).map(({ rank }) => rank));
}
