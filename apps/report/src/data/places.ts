import type { Claim } from "@lorank/evidence/results";

/** Place on the page that tells a claim, once. `numbers`: a table or the facts of the first screen show it as numbers. */
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

const placesByTopic: { readonly [Topic in Claim["topic"]]: Place } = {
  verdict: "verdict",
  evidence: "verdict",
  caution: "notices",
  next: "verdict",
  method: "numbers",
  basis: "numbers",
};

/** Claims that stand elsewhere than others on their topic. */
const ownPlaces: { readonly [Kind in Claim["kind"]]?: Place } = {
  "gain-until": "returns",
  "selection-inflation": "selection",
  "test-score": "test",
  "no-test-score": "test",
  "rate-kept": "robustness",
  "rate-unclear": "robustness",
  "scaling-kept": "robustness",
  "scaling-unclear": "robustness",
  "race-course": "race",
  "probe-course": "probe",
};

/** The claims that one part of the page tells, in their order. */
export function claimsAt(place: Place, claims: readonly Claim[]): Claim[] {
  return claims.filter(({ kind, topic }) => (ownPlaces[kind] ?? placesByTopic[topic]) === place);
}
