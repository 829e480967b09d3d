import type { Claim } from "@lorank/evidence/results";

/** Page section that states a claim. `numbers`: none, since tables or the first screen show it as numbers. */
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

/** Sections for claims shown apart from their topic. */
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

export function claimsAt(place: Place, claims: readonly Claim[]): Claim[] {
  return claims.filter(({ kind, topic }) => (ownPlaces[kind] ?? placesByTopic[topic]) === place);
}
