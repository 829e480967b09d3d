/** What a capacity rule looks at, besides the ranks. */
export type CapacityInput = "trainExamples" | "completionTokens" | "baseBits";

interface RuleText {
  /** What the rule says, in a few words. */
  readonly statement: string;
  readonly source: { readonly title: string; readonly url: string };
  readonly input: CapacityInput;
}

/** A rank must have this many LoRA parameters for each unit of the input. */
interface ParametersRule extends RuleText {
  readonly paramsPerUnit: number;
}

/** The first step whose bound the input lies below names the rank; `largest` is for all beyond. */
interface StepsRule extends RuleText {
  readonly steps: readonly { readonly below: number; readonly rank: number }[];
  readonly largest: number;
}

export type CapacityRule = ParametersRule | StepsRule;

/**
 * Rules that others state for choosing a rank before any training, as rows of data.
 *
 * A spectral rule is not among them: the largest r with σ_r(G₀)² ≥ C / n, where G₀ is the gradient of the frozen weight
 * before training (https://openreview.net/forum?id=gg2Wb2HPOI). Its abstract gives no value for C, and without one it
 * names no rank.
 */
export const capacityRules = {
  tokens: {
    statement: "parameters ≥ completion tokens",
    source: {
      title: "Tinker, LoRA primer",
      url: "https://tinker-docs.thinkingmachines.ai/tinker/lora-primer",
    },
    input: "completionTokens",
    paramsPerUnit: 1,
  },
  bits: {
    statement: "2 bits × parameters ≥ the base's bits",
    source: { title: "LoRA Without Regret", url: "https://thinkingmachines.ai/blog/lora/" },
    input: "baseBits",
    paramsPerUnit: 1 / 2,
  },
  examples: {
    statement: "examples: <1k 8, <10k 16, <100k 32, else 64",
    source: { title: "axolotl, #3691", url: "https://github.com/axolotl-ai-cloud/axolotl/pull/3691" },
    input: "trainExamples",
    steps: [
      { below: 1_000, rank: 8 },
      { below: 10_000, rank: 16 },
      { below: 100_000, rank: 32 },
    ],
    largest: 64,
  },
} as const satisfies Record<string, CapacityRule>;

export type CapacityRuleName = keyof typeof capacityRules;
