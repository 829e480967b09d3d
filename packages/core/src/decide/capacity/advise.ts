import {
  type CapacityInput,
  type CapacityRule,
  type CapacityRuleName,
  capacityRules,
} from "./capacity-rules.ts";

/** What is known before any training; an input that was not measured is undefined. */
export interface CapacityFacts extends Readonly<Record<CapacityInput, number | undefined>> {
  /** Ranks tried, and the parameters of A and B over all targets. */
  readonly ranks: readonly { readonly rank: number; readonly loraParams: number }[];
  /** Rows of the training data. */
  readonly trainExamples: number;
  /** Labels of a classification, tokens of the responses otherwise, over the training data. */
  readonly completionTokens: number;
  /** Loss of the model before training on these labels or tokens, summed, in bits. */
  readonly baseBits: number | undefined;
}

/** What a rule asks for: so many LoRA parameters, or a rank. */
export type CapacityDemand = { readonly loraParams: number } | { readonly rank: number };

export interface RankAdvice {
  readonly rule: CapacityRuleName;
  /** Undefined where the rule's input is. */
  readonly demand: CapacityDemand | undefined;
  /** The smallest rank tried that meets the demand; null where none does, undefined where there is no demand. */
  readonly rank: number | null | undefined;
}

/** What each rule advises. */
export function adviseRanks(facts: CapacityFacts): RankAdvice[] {
  return (Object.keys(capacityRules) as CapacityRuleName[]).map((rule) => {
    const demand = demandOf(capacityRules[rule], facts);
    return { rule, demand, rank: demand && smallestRank(demand, facts.ranks) };
  });
}

function demandOf(rule: CapacityRule, facts: CapacityFacts): CapacityDemand | undefined {
  const amount = facts[rule.input];
  if (amount === undefined) return undefined;
  if ("paramsPerUnit" in rule) return { loraParams: Math.ceil(rule.paramsPerUnit * amount) };
  return { rank: rule.steps.find(({ below }) => amount < below)?.rank ?? rule.largest };
}

function smallestRank(demand: CapacityDemand, ranks: CapacityFacts["ranks"]): number | null {
  const enough = ranks.filter(({ rank, loraParams }) =>
    "rank" in demand ? rank >= demand.rank : loraParams >= demand.loraParams,
  );
  return enough.length === 0 ? null : Math.min(...enough.map(({ rank }) => rank));
}
