import { checkRuns } from "../../checks/finds.ts";
import { decideDesign } from "../../decide/decide.ts";
import type { OutcomeTable } from "../../decide/outcomes.ts";
import { pairedDesign } from "../../decide/paired-design.ts";
import { settingsOf } from "../../decide/settings.ts";
import type { DecisionFacts } from "../../schema/decision-facts.ts";
import type { ProbeSummary, Truncation } from "../../schema/types.ts";
import { type ProbeOptions, replay } from "./so-far.ts";

/** Decides between the last confirmed rank and the largest, at the confirmation's share of the error. */
export function decideProbe(
  outcomes: OutcomeTable,
  truncations: readonly Truncation[],
  options: ProbeOptions,
): DecisionFacts {
  const settings = settingsOf(outcomes, options);
  const { judged, pilots, plan, predictions } = replay(outcomes, truncations, options, settings);
  const last = judged.at(-1);
  const runs = checkRuns(last?.design ?? pairedDesign(outcomes), outcomes, settings);
  const family = last ? { family: last.family } : {};
  const decision = decideDesign(runs, outcomes.examples, settings, family);
  const probe: ProbeSummary = {
    fromRank: plan.fromRank,
    probeSeeds: plan.probeSeeds,
    confirmationSeeds: plan.confirmationSeeds.length,
    predictions,
    pilots,
    confirmations: judged.map(({ confirmation }) => confirmation),
    runs: outcomes.cells.length + outcomes.failures.filter(({ status }) => status !== "missing").length,
    truncations: truncations.length,
    gridRuns: options.ranks.length * options.seeds.length,
  };
  const refuted = judged.slice(0, -1).map(({ confirmation }) => ({
    rank: confirmation.rank,
    cause: { kind: "refuted" as const, confirmation, fromRank: plan.fromRank },
  }));
  const excluded = [...refuted, ...(decision.excluded ?? [])];
  return { ...decision, ...(excluded.length > 0 ? { excluded } : {}), probe };
}
