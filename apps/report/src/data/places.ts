import type { Claim } from "@lorank/core/results";

/** Where a page tells a claim, once. `numbers`: a table or the facts of the first screen show it as numbers. */
type Place =
  | "verdict"
  | "notices"
  | "returns"
  | "selection"
  | "test"
  | "robustness"
  | "race"
  | "probe"
  | "numbers";

const places: { readonly [Kind in Claim["kind"]]: Place } = {
  recommended: "verdict",
  enough: "verdict",
  "none-recommended": "verdict",
  "rate-decides": "verdict",
  "rate-flips": "verdict",
  "no-difference": "verdict",
  "possible-loss": "verdict",
  proven: "verdict",
  "left-alone": "verdict",
  better: "verdict",
  "one-rank": "verdict",
  "one-seed": "verdict",
  "agreeing-seeds": "verdict",
  "copied-runs": "verdict",
  "nothing-learned": "verdict",
  fault: "verdict",
  difference: "verdict",
  worse: "verdict",
  "closest-to-prior": "verdict",
  needed: "verdict",
  "no-design-settles": "verdict",
  "complete-two-ranks": "verdict",
  "check-settings": "verdict",
  "check-inputs": "verdict",
  "try-larger": "verdict",
  "lower-rate": "verdict",
  "search-rate": "verdict",
  "compare-rslora": "verdict",
  "train-longer": "verdict",
  "check-labels": "verdict",
  "starter-alone": "notices",
  overlap: "notices",
  "failed-runs": "notices",
  "left-out-seeds": "notices",
  excluded: "notices",
  stuck: "notices",
  "still-falling": "notices",
  "behind-prior": "notices",
  "rate-breaks": "notices",
  "learned-at-other-rates": "notices",
  "learned-at-no-rate": "notices",
  "scaling-changes": "notices",
  "step-size": "notices",
  "gain-until": "returns",
  "selection-inflation": "selection",
  "test-score": "test",
  "no-test-score": "test",
  "rate-kept": "robustness",
  "rate-unclear": "robustness",
  "scaling-kept": "robustness",
  "scaling-unclear": "robustness",
  "race-course": "race",
  dropped: "numbers",
  "probe-course": "probe",
  confirmed: "numbers",
  pilot: "numbers",
  "not-trained": "numbers",
  basis: "numbers",
};

/** The claims that one part of the page tells, in their order. */
export function claimsAt(place: Place, claims: readonly Claim[]): Claim[] {
  return claims.filter(({ kind }) => places[kind] === place);
}
