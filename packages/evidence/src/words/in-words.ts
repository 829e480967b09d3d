import { counted } from "@lorank/core";
import { checkWords, isAtOwnRate } from "../checks/claims.ts";
import { copyReasons } from "../checks/copies/claims.ts";
import type { Reasons, StepKind, Words } from "../claims/claim.ts";
import { comparedIn } from "../claims/compared.ts";
import type { Compared } from "../claims/compared-types.ts";
import { failureReasons } from "../claims/failure-words.ts";
import { methodWords, withMethodReasons } from "../methods/methods.ts";
import { probeReasons } from "../methods/probe/words.ts";
import { raceReasons } from "../methods/race/words.ts";
import type { DecisionFacts, ExclusionCause } from "../schema/decision-facts.ts";
import type { Decided, Decision, ExcludedRank } from "../schema/decision-types.ts";
import type { MetricName } from "../schema/metric.ts";
import { rankToUse } from "../schema/rank-to-use.ts";
import type { Claim } from "./claim.ts";
import { claimsOf, onTopic } from "./claims-of.ts";
import { conditionWords } from "./condition-words.ts";
import {
  atConfidence,
  cautionWords,
  evidenceWords,
  runsBehind,
  scoredToo,
  scoresBehind,
  stepSize,
  testScore,
} from "./evidence-words.ts";
import { commandChange, type NextStep, nextWords } from "./next-words.ts";
import { verdictWords } from "./verdict-words.ts";

/** Terminal sentences that differ from the report's. Empty: report only. */
const briefWords: Partial<Words<Claim>> = {
  // Possible-loss words say only why no cheaper rank is used: the headline has the bound, the basis the confidence.
  "possible-loss": ({ cheapestOf }, { one }) =>
    cheapestOf === "unbeaten" ? `Each cheaper ${one} is shown to be worse than another.` : "",
  "one-rate": ({ rate }, { many }) => `All ${many} had one learning rate, ${rate}, not tuned.`,
  "selection-inflation": () => "",
  "starter-alone": (_, { one }) => `This holds for the starter: another base may need another ${one}.`,
  "step-size": (claim) => stepSize(claim),
  "test-score": (claim, compared) =>
    `On ${counted(claim.examples, "test example")} ${compared.name(claim.rank)} has ${testScore(claim)}.${scoredToo(claim, compared)}`,
  basis: (claim, compared) => runsBehind(claim, compared, atConfidence(claim)),
  "score-basis": (claim, compared) => scoresBehind(claim, compared, atConfidence(claim)),
};

const words: Words<Claim> = {
  ...verdictWords,
  ...conditionWords,
  ...evidenceWords,
  ...cautionWords,
  ...nextWords,
  ...methodWords,
  ...checkWords,
};

/** Claims as an English paragraph. */
export function inWords(claims: Claim | readonly Claim[]): string {
  return paragraph(claims, words);
}

export function inBrief(claims: Claim | readonly Claim[]): string {
  return paragraph(claims, { ...words, ...briefWords });
}

function paragraph(claims: Claim | readonly Claim[], by: Words<Claim>): string {
  const sentences = [claims].flat().map((claim) => {
    const write = by[claim.kind] as (claim: Claim, compared: Compared) => string;
    return write(claim, comparedIn(claim));
  });
  return sentences.filter((sentence) => sentence !== "").join(" ");
}

/** Lists next steps, the first to be done first. */
export function nextSteps(claims: readonly Claim[]): NextStep[] {
  return onTopic(claims, "next").map((claim) => {
    const change = commandChange(claim);
    return {
      kind: claim.kind as StepKind,
      words: inWords(claim),
      ...(change === undefined ? {} : { change }),
    };
  });
}

/** Verdict in words: "adequate", "inconclusive at this rate"; "proven" if only a rank not recommended is proven. */
export function kindInWords(
  decision: Parameters<typeof rankToUse>[0] & Pick<Decided, "verdict"> & Parameters<typeof isAtOwnRate>[0],
): string {
  const { verdict, rank, ranks } = decision;
  const open = rank === null && rankToUse(decision) !== null ? "proven" : verdict;
  const kind = ranks.length === 0 ? "no result" : open;
  return isAtOwnRate(decision) ? `${kind} at this rate` : kind;
}

const reasons: Reasons<ExclusionCause["kind"]> = {
  ...failureReasons,
  ...copyReasons,
  ...raceReasons,
  ...probeReasons,
};

export function explained(facts: DecisionFacts): Decision {
  const decided = withReasons(facts);
  return { ...decided, explanation: inWords(claimsOf(decided)) };
}

function withReasons(facts: DecisionFacts): Decided {
  const { excluded, ...rest } = withMethodReasons(facts);
  const inWords = excluded?.map(
    ({ rank, cause }): ExcludedRank => ({
      rank,
      reason: reasonOf(cause, facts.metric, comparedIn(facts)),
    }),
  );
  return { ...rest, ...(inWords ? { excluded: inWords } : {}) };
}

function reasonOf(cause: ExclusionCause, metric: MetricName, compared: Compared): string {
  const write = reasons[cause.kind] as (
    cause: ExclusionCause,
    metric: MetricName,
    compared: Compared,
  ) => string;
  return write(cause, metric, compared);
}
