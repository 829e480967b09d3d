import type { Claim } from "./claim.ts";

/** Address of the page that says what no verdict can know. */
export const limitsPage = "https://lorank.github.io/lorank/concepts/limits.html";

const signs: readonly Claim["kind"][] = [
  "dependent-runs",
  "warm-starts",
  "alike-neighbours",
  "shared-sources",
  "collapsed",
];

/** Tells if a claim is a sign of something that the intervals leave out. */
export function isLimitSign({ kind }: Claim): boolean {
  return signs.includes(kind);
}
