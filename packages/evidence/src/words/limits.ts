import { limitSigns } from "../checks/claims.ts";
import type { Claim } from "./claim.ts";

/** Address of the page that says what no verdict can know. */
export const limitsPage = "https://lorank.github.io/lorank/concepts/limits.html";

/** Tells if a claim is a sign of something that the intervals leave out. */
export function isLimitSign({ kind }: Claim): boolean {
  return limitSigns.includes(kind);
}
