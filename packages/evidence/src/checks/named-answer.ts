import type { Compared } from "../claims/compared-types.ts";
import type { Decided, VerdictWithout } from "../schema/decision-types.ts";
import { betOf, provenRank } from "../schema/rank-to-use.ts";

export interface NamedAnswer {
  rank?: number;
  is: "recommended" | "proven" | "best-bet" | "none";
}

export function answerNow(decision: Decided): NamedAnswer {
  return answerOf(decision, provenRank(decision), betOf(decision)?.rank);
}

export function answerWithout(verdict: VerdictWithout): NamedAnswer {
  return answerOf(verdict, verdict.certifiedRank, verdict.bestBet?.rank);
}

function answerOf(
  { rank }: Pick<Decided, "rank">,
  proven: number | null,
  bet: number | undefined,
): NamedAnswer {
  if (rank !== null) return { rank, is: "recommended" };
  if (proven !== null) return { rank: proven, is: "proven" };
  return bet === undefined ? { is: "none" } : { rank: bet, is: "best-bet" };
}

/** Named rank in words: "rank 8 is recommended". */
export function answerInWords({ rank, is }: NamedAnswer, { name, one }: Compared): string {
  const named = rank === undefined ? "" : name(rank);
  switch (is) {
    case "recommended":
      return `${named} is recommended`;
    case "proven":
      return `${named} is enough`;
    case "best-bet":
      return `no ${one} is recommended, and ${named} is the best bet`;
    case "none":
      return `no ${one} is recommended`;
  }
}
