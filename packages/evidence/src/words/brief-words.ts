import { counted } from "@lorank/core";
import type { Words } from "../claims/claim.ts";
import type { Claim } from "./claim.ts";
import { atConfidence, runsBehind, scoredToo, scoresBehind, stepSize, testScore } from "./evidence-words.ts";

/** Sentences of a terminal where it says less than a report. Empty: the report alone says it. */
export const briefWords: Partial<Words<Claim>> = {
  // The headline has the bound, the basis its confidence.
  "possible-loss": ({ cheapestOf }) =>
    cheapestOf === "unbeaten" ? "Each cheaper rank is shown to be worse than another." : "",
  "one-rate": ({ rate }) => `All ranks had one learning rate, ${rate}, not tuned.`,
  "selection-inflation": () => "",
  "starter-alone": () => "This holds for the starter: another base may need another rank.",
  "step-size": (claim) => stepSize(claim),
  "test-score": (claim) =>
    `On ${counted(claim.examples, "test example")} rank ${claim.rank} has ${testScore(claim)}.${scoredToo(claim)}`,
  basis: (claim) => runsBehind(claim, atConfidence(claim)),
  "score-basis": (claim) => scoresBehind(claim, atConfidence(claim)),
};
