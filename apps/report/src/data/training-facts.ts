import { percent, type TrialResult } from "@lorank/core/results";
import { integer, plural, significant } from "../format.ts";
import { type Fact, present, shortList } from "./facts.ts";
import { settingByRank } from "./varying.ts";

/** What the adapters are. */
export function loraFacts(trials: readonly TrialResult[]): Fact[] {
  return [
    ...present(
      "Alpha",
      settingByRank(trials, (trial) => significant(trial.spec.lora.alpha)),
    ),
    ...present(
      "Scaling",
      settingByRank(trials, (trial) =>
        trial.spec.lora.scalingRule === "lora" ? "alpha / rank" : "alpha / √rank (rsLoRA)",
      ),
    ),
    ...present(
      "Dropout",
      settingByRank(trials, (trial) => String(trial.spec.lora.dropout)),
    ),
    // Named only where it is used: a trial without DoRA is plain LoRA.
    ...present(
      "DoRA",
      trials.some((trial) => trial.spec.lora.dora === true)
        ? settingByRank(trials, (trial) => (trial.spec.lora.dora === true ? "yes, a magnitude a row" : "no"))
        : "",
    ),
    ...present(
      "Target modules",
      settingByRank(trials, (trial) => shortList(trial.spec.lora.targetModules, 12)),
    ),
  ];
}

/** How they were trained. */
export function optimizerFacts(trials: readonly TrialResult[]): Fact[] {
  const by = (read: (spec: TrialResult["spec"]["optimizer"]) => string) =>
    settingByRank(trials, (trial) => read(trial.spec.optimizer));
  return [
    ...present(
      "Method",
      by((o) => `AdamW, β₁ ${o.beta1}, β₂ ${o.beta2}, ε ${o.epsilon}, weight decay ${o.weightDecay}`),
    ),
    ...present(
      "Learning rate",
      by((o) => `${o.learningRate}, ${o.schedule}, warm-up ${percent(o.warmupRatio)} of steps`),
    ),
    ...present(
      "LoRA+",
      trials.some((trial) => trial.spec.optimizer.loraPlusRatio !== undefined)
        ? by((o) => (o.loraPlusRatio === undefined ? "no" : `B learns ${o.loraPlusRatio} times as fast as A`))
        : "",
    ),
    ...present(
      "Products",
      trials.some((trial) => trial.spec.compute !== undefined)
        ? settingByRank(trials, (trial) => `computed in ${trial.spec.compute ?? "float32"}`)
        : "",
    ),
    ...present(
      "Gradient norm",
      by((o) => (o.maxGradientNorm === 0 ? "not clipped" : `clipped at ${o.maxGradientNorm}`)),
    ),
    ...present(
      "Batch",
      by((o) => `${plural(o.batchSize, "example")} a step, ${integer(o.microBatchSize)} at a time`),
    ),
    ...present(
      "Epochs",
      by((o) => String(o.epochs)),
    ),
    ...present(
      "Steps",
      settingByRank(trials, (trial) => integer(trial.steps)),
    ),
  ];
}
