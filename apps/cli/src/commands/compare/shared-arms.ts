import type { SideRuns } from "@lorank/evidence/compare";
import type { ArmAxis } from "@lorank/evidence/results";
import type { ReadSide } from "./side.ts";

/** Gives arms of the same name one number in both results; ranks stay as they are. */
export function withSharedArms(first: ReadSide, second: ReadSide): [ReadSide, ReadSide] {
  const names = [...new Set([first, second].flatMap(({ runs }) => runs.axis?.names ?? []))];
  return [withArms(first, names), withArms(second, names)];
}

function withArms(side: ReadSide, names: readonly string[]): ReadSide {
  const { runs, decision } = side;
  if (runs.axis === undefined || decision.axis === undefined) return side;
  const { by, names: read } = runs.axis;
  const axis: ArmAxis = { by, names };
  const numberOf = (own: readonly string[]) => (arm: number) => names.indexOf(own[arm - 1]!) + 1;
  const ofDecision = numberOf(decision.axis.names);
  const renamed = (rank: number | null) => (rank === null ? null : ofDecision(rank));
  const { bestBet, certifiedRank = null } = decision;
  return {
    ...side,
    runs: { ...renumbered(runs, numberOf(read)), axis },
    decision: {
      ...decision,
      ...{
        rank: renamed(decision.rank),
        bestRank: renamed(decision.bestRank),
        certifiedRank: renamed(certifiedRank),
      },
      ...(bestBet === undefined ? {} : { bestBet: { ...bestBet, rank: ofDecision(bestBet.rank) } }),
    },
  };
}

function renumbered(runs: SideRuns, numberOf: (arm: number) => number): SideRuns {
  const of = <Run extends { readonly rank: number }>(items: readonly Run[]): Run[] =>
    items.map((item) => ({ ...item, rank: numberOf(item.rank) }));
  if (runs.kind === "scores") return { ...runs, runs: of(runs.runs) };
  return { ...runs, ranks: runs.ranks.map(numberOf), cells: of(runs.cells), failures: of(runs.failures) };
}
