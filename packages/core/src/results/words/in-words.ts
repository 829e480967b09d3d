import type { Claim, ClaimOf } from "../claims/claim.ts";
import { claimsOf } from "../claims/claims-of.ts";
import type { Decided } from "../claims/pairs.ts";
import { rankToUse } from "../facts/rank-to-use.ts";
import { cautionWords } from "./caution-words.ts";
import { evidenceWords } from "./evidence-words.ts";
import { methodWords } from "./method-words.ts";
import { nextWords } from "./next-words.ts";
import { verdictWords } from "./verdict-words.ts";

const words: { readonly [Kind in Claim["kind"]]: (claim: ClaimOf<Kind>) => string } = {
  ...verdictWords,
  ...evidenceWords,
  ...cautionWords,
  ...nextWords,
  ...methodWords,
};

/** A claim as one English sentence or a few. */
export function inWords(claim: Claim): string {
  return (words[claim.kind] as (claim: Claim) => string)(claim);
}

/** Claims as one paragraph. */
export function paragraph(claims: readonly Claim[]): string {
  return claims.map(inWords).join(" ");
}

/**
 * The kind of a verdict in a word or two: "adequate", "inconclusive at this rate"; "proven" where no rank is recommended and one
 * is proven to be enough.
 */
export function kindInWords(
  decision: Parameters<typeof rankToUse>[0] & Pick<Decided, "verdict" | "robustness">,
): string {
  const { verdict, rank, ranks, robustness } = decision;
  const open = rank === null && rankToUse(decision) !== null ? "proven" : verdict;
  const kind = ranks.length === 0 ? "no result" : open;
  return robustness?.order === "flips" ? `${kind} at this rate` : kind;
}

/** A decision with its explanation: its claims in words. */
export function explained<D extends Decided>(decision: D): D & { readonly explanation: string } {
  return { ...decision, explanation: paragraph(claimsOf(decision)) };
}
