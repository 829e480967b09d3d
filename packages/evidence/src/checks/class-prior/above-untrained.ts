import type { Decided } from "../../schema/decision-types.ts";
import { marginBy, metrics } from "../../schema/metric.ts";
import { isBehindPrior } from "../../schema/rank-to-use.ts";
import { scoreOf } from "../../schema/scores.ts";
import type { Results } from "../../schema/types.ts";
import type { ClassPriorBodies } from "./words.ts";

type AboveUntrained = ClassPriorBodies["caution"]["above-untrained"];

/** Ranks that beat the class prior or memorised, but have a mean log loss above the prior's by more than the margin. */
export function aboveClassPrior(decision: Decided): AboveUntrained | undefined {
  const { classPrior, convergence = [] } = decision;
  // Classes guessed from agreeing runs have no known shares.
  if (classPrior === undefined || classPrior.source === "agreement" || isBehindPrior(decision))
    return undefined;
  const byHeart = convergence.filter(({ state }) => state === "memorising").map(({ rank }) => rank);
  const learned = classPrior.ranks.filter(({ rank, isBetter }) => isBetter || byHeart.includes(rank));
  return above(
    decision,
    "class-prior",
    classPrior.logLoss,
    learned.map(({ rank }) => rank),
  );
}

/** Compared ranks with a mean log loss above the untouched base's, by more than the margin. */
export function aboveBase({
  decision,
  untouchedBase,
}: Pick<Results, "untouchedBase"> & { readonly decision: Decided }): AboveUntrained | undefined {
  const logLoss = untouchedBase && scoreOf(untouchedBase, metrics["log-loss"]);
  const stuck = (decision.convergence ?? []).filter(({ state }) => state === "stuck").map(({ rank }) => rank);
  const ranks = decision.ranks.map(({ rank }) => rank).filter((rank) => !stuck.includes(rank));
  return logLoss === undefined ? undefined : above(decision, "untouched-base", logLoss, ranks);
}

function above(
  decision: Decided,
  untrained: AboveUntrained["untrained"],
  logLoss: number,
  among: readonly number[],
): AboveUntrained | undefined {
  const margin = marginBy(metrics["log-loss"], decision);
  const ranks = decision.ranks.flatMap(({ rank, logLoss: own = 0 }) =>
    among.includes(rank) && own > logLoss + margin ? [{ rank, logLoss: own }] : [],
  );
  return ranks.length === 0 ? undefined : { untrained, logLoss, ranks };
}

/** Advised epochs after too short a training; at least a whole pass. */
export function longer(epochs: number): number {
  return Math.max(1, 2 * epochs);
}

/** Advised epochs for several budgets: absent if these differ, as those of arms may. */
export function longerThan(budgets: readonly number[]): { readonly epochs?: number } {
  const [epochs = 0, ...others] = new Set(budgets);
  return others.length > 0 ? {} : { epochs: longer(epochs) };
}
