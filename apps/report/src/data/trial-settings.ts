import { adapterKinds, counted, firstOf, kindOf, scalingOf } from "@lorank/core";
import type { OptimizerSpec, SpecMembers, TrialResult } from "@lorank/evidence/results";
import type { ShownCompared } from "../compared.ts";
import { integer, percent, significant } from "../format.ts";
import { engineTrials, type Setting, settingOf } from "./varying.ts";

/** Settings of an adapter by group; a setting without a value is there too. */
export function loraSettings(all: readonly TrialResult[], compared: ShownCompared): Setting[] {
  const trials = engineTrials(all);
  return [
    settingOf("Alpha", all, compared, ({ spec: { lora } }) =>
      lora.alpha === undefined ? "" : significant(lora.alpha),
    ),
    settingOf("Scaling", all, compared, ({ spec: { lora } }) =>
      lora.scalingRule ? scalings[lora.scalingRule] : "",
    ),
    settingOf("Dropout", trials, compared, ({ spec }) => String(spec.lora.dropout)),
    // Kinds are named only where used: otherwise an adapter is plain LoRA.
    ...Object.values(adapterKinds).flatMap((kind) => {
      const isOf = ({ spec }: (typeof trials)[number]) => kindOf(spec.lora) === kind;
      const words = (trial: (typeof trials)[number]) => (isOf(trial) ? `yes, ${kind.adds}` : "no");
      return trials.some(isOf) ? [settingOf(kind.name, trials, compared, words)] : [];
    }),
    settingOf("Target modules", trials, compared, ({ spec }) => firstOf(spec.lora.targetModules, 12)),
    ...patternSettings(all, compared),
  ];
}

/** Ranks and alphas of single layers, where there are any. */
function patternSettings(all: readonly TrialResult[], compared: ShownCompared): Setting[] {
  const by = (term: string, read: (lora: SpecMembers["lora"]) => readonly string[]): Setting[] =>
    all.some(({ spec }) => read(spec.lora).length > 0)
      ? [settingOf(term, all, compared, ({ spec }) => firstOf(read(spec.lora), 12))]
      : [];
  return [
    ...by("Ranks by layer", ({ rankPattern = [] }) =>
      rankPattern.map(({ pattern, rank }) => `${pattern}: ${rank}`),
    ),
    ...by("Alphas by layer", ({ alphaPattern = [] }) =>
      alphaPattern.map(({ pattern, alpha }) => `${pattern}: ${significant(alpha)}`),
    ),
  ];
}

const scalings = { lora: "alpha / rank", rslora: "alpha / √rank (rsLoRA)" } as const;

export function optimizerSettings(all: readonly TrialResult[], compared: ShownCompared): Setting[] {
  const trials = engineTrials(all);
  const by = (term: string, read: (optimizer: OptimizerSpec) => string) =>
    settingOf(term, trials, compared, ({ spec }) => read(spec.optimizer));
  const hasRatio = trials.some(({ spec }) => spec.optimizer.loraPlusRatio !== undefined);
  const ratio = by("LoRA+", (o) =>
    o.loraPlusRatio === undefined ? "no" : `B learns ${o.loraPlusRatio} times as fast as A`,
  );
  const hasProducts = trials.some(({ spec }) => spec.compute !== undefined);
  const products = settingOf(
    "Products",
    trials,
    compared,
    ({ spec }) => `computed in ${spec.compute ?? "float32"}`,
  );
  return [
    by("Method", (o) => `AdamW, β₁ ${o.beta1}, β₂ ${o.beta2}, ε ${o.epsilon}, weight decay ${o.weightDecay}`),
    ...rateSettings(all, compared),
    ...(hasRatio ? [ratio] : []),
    ...(hasProducts ? [products] : []),
    by("Gradient norm", (o) => (o.maxGradientNorm === 0 ? "not clipped" : `clipped at ${o.maxGradientNorm}`)),
    by("Batch", (o) => `${counted(o.batchSize, "example")} a step, ${integer(o.microBatchSize)} at a time`),
    settingOf("Epochs", all, compared, ({ spec: { optimizer } }) => String(optimizer.epochs ?? "")),
    settingOf(
      "Steps",
      compared.isNamed ? all.filter(({ status }) => status === "completed") : all,
      compared,
      ({ steps }) => (steps === undefined ? "" : integer(steps)),
    ),
  ];
}

/** Learning rate with its schedule; of arms, which may differ in the rate alone, apart from it. */
function rateSettings(all: readonly TrialResult[], compared: ShownCompared): Setting[] {
  const by = (term: string, read: (optimizer: Partial<OptimizerSpec>) => string) =>
    settingOf(term, all, compared, ({ spec }) => read(spec.optimizer));
  const rate = ({ learningRate }: Partial<OptimizerSpec>): string => String(learningRate ?? "");
  const schedule = ({ schedule, warmupRatio = 0 }: Partial<OptimizerSpec>): string =>
    schedule === undefined ? "" : `${schedule}, warm-up ${percent(warmupRatio)} of steps`;
  return compared.isNamed
    ? [by("Learning rate", rate), by("Schedule", schedule)]
    : [by("Learning rate", (optimizer) => [rate(optimizer), schedule(optimizer)].filter(Boolean).join(", "))];
}

/** Settings of arms that their trainer alone understands, under their own names. */
export function ownSettings(all: readonly TrialResult[], compared: ShownCompared): Setting[] {
  const valuesOf = ({ spec }: TrialResult): SpecMembers["values"] => ("values" in spec ? spec.values : {});
  const names = new Set(all.flatMap((trial) => Object.keys(valuesOf(trial) ?? {})));
  return [...names].map((name) => settingOf(name, all, compared, (trial) => valuesOf(trial)?.[name] ?? ""));
}

/** Settings that say what an arm's adapter is: rank, and the factor on B·A. */
export function sizeSettings(all: readonly TrialResult[], compared: ShownCompared): Setting[] {
  return [
    settingOf("Rank", all, compared, ({ spec }) => String(spec.lora.rank)),
    settingOf("Scale", all, compared, ({ spec: { lora } }) => {
      const { rank, alpha = 0, scalingRule } = lora;
      return scalingRule === undefined || alpha === 0 || rank === 0
        ? ""
        : significant(scalingOf(scalingRule, alpha, rank));
    }),
  ];
}
