import { adapterKinds, kindOf, type OptimizerSpec, percent, type TrialResult } from "@lorank/core/results";
import { integer, plural, significant } from "../format.ts";
import { type Fact, present, shortList } from "./facts.ts";
import { engineTrials, settingByRank } from "./varying.ts";

/** What the adapters are. */
export function loraFacts(all: readonly TrialResult[]): Fact[] {
  const trials = engineTrials(all);
  return [
    ...present(
      "Alpha",
      settingByRank(all, ({ spec: { lora } }) => (lora.alpha === undefined ? "" : significant(lora.alpha))),
    ),
    ...present(
      "Scaling",
      settingByRank(all, ({ spec: { lora } }) => (lora.scalingRule ? scalingInWords[lora.scalingRule] : "")),
    ),
    ...present(
      "Dropout",
      settingByRank(trials, (trial) => String(trial.spec.lora.dropout)),
    ),
    // A kind is named only where it is used: without one an adapter is plain LoRA.
    ...Object.values(adapterKinds).flatMap((kind) => {
      const isOf = ({ spec }: (typeof trials)[number]) => kindOf(spec.lora) === kind;
      const words = () => settingByRank(trials, (trial) => (isOf(trial) ? `yes, ${kind.adds}` : "no"));
      return present(kind.name, trials.some(isOf) ? words() : "");
    }),
    ...present(
      "Target modules",
      settingByRank(trials, (trial) => shortList(trial.spec.lora.targetModules, 12)),
    ),
  ];
}

const scalingInWords = { lora: "alpha / rank", rslora: "alpha / √rank (rsLoRA)" } as const;

/** How they were trained. */
export function optimizerFacts(all: readonly TrialResult[]): Fact[] {
  const trials = engineTrials(all);
  const by = (read: (optimizer: OptimizerSpec) => string) =>
    settingByRank(trials, (trial) => read(trial.spec.optimizer));
  return [
    ...present(
      "Method",
      by((o) => `AdamW, β₁ ${o.beta1}, β₂ ${o.beta2}, ε ${o.epsilon}, weight decay ${o.weightDecay}`),
    ),
    ...present(
      "Learning rate",
      settingByRank(all, ({ spec: { optimizer } }) =>
        "schedule" in optimizer
          ? `${optimizer.learningRate}, ${optimizer.schedule}, warm-up ${percent(optimizer.warmupRatio)} of steps`
          : String(optimizer.learningRate ?? ""),
      ),
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
      settingByRank(all, ({ spec: { optimizer } }) => String(optimizer.epochs ?? "")),
    ),
    ...present(
      "Steps",
      settingByRank(all, ({ steps }) => (steps === undefined ? "" : integer(steps))),
    ),
  ];
}
