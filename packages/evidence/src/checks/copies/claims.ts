import { capitalised, counted, firstOf } from "@lorank/core";
import { plural, range } from "../../claims/amounts.ts";
import { type ClaimIn, claimsWith, type Reasons } from "../../claims/claim.ts";
import type { Compared } from "../../claims/compared-types.ts";
import type { AgreeingRuns, Copies } from "../../schema/check-types.ts";
import type { CheckClaims } from "../check-claims.ts";

export interface CopiesBodies {
  verdict: {
    "copied-runs": Copies & { examples: number };
    /** Runs without visible training noise. Without `setting` (earlier versions): all seeds. */
    "agreeing-seeds": Partial<AgreeingRuns> & { seeds: number };
  };
}

export type CopiesClaim = ClaimIn<CopiesBodies>;

const claim = claimsWith<CopiesBodies>();

/** Claims on copies stand alone: the runs are not what their labels name. */
export const copies: CheckClaims<CopiesBodies> = {
  alone({ copies, examples }) {
    if (copies === undefined) return undefined;
    const { setting, shownBy } = copies;
    return [
      claim.verdict("none-recommended", { why: "copies", atOwnRate: false }),
      claim.verdict("copied-runs", { ...copies, examples }),
      claim.next("check-settings", { setting, shownBy }),
    ];
  },
  words: {
    "copied-runs"({ setting, shownBy, groups, examples }, compared) {
      const all = counted(examples, "example");
      const agree = {
        "log-loss": `have the same log losses on ${all}, or far nearer ones than runs that differ`,
        "training-loss": `have the same training losses, and are right on the same of ${all}, or nearly`,
        outcomes: `are right on the same of ${all}, or nearly, as runs that differ hardly ever are`,
        score: "have the same score, or far nearer ones than runs that differ",
      }[shownBy];
      return (
        `These runs ${agree}: ${groupsInWords(groups, compared)}. ${capitalised(missing(setting, compared))} ` +
        `the trainer, or the same model was evaluated each time. So the runs say nothing of the ${compared.many}.`
      );
    },
    "agreeing-seeds"({ seeds, setting = "seed", groups }, compared) {
      const { one, many } = compared;
      const runs =
        groups === undefined ? `the ${seeds} seeds of each ${one}` : groupsInWords(groups, compared);
      const consequence =
        setting === "seed"
          ? `the seeds count as one, and no difference between ${many} is claimed`
          : `nothing is claimed of the ${many}`;
      return (
        `The runs of ${runs} differ less than separate trainings do. Few examples to differ on, wrong labels or training that taught nothing may be the cause, or ` +
        `${missing(setting, compared)} the trainer. So ${consequence}.`
      );
    },
  },
};

export const copyReasons: Reasons<"copies"> = {
  copies: (_, __, { one }) =>
    `its runs are copies of those of ${one === "arm" ? "an arm before it" : "a smaller rank"}`,
};

function missing(setting: Copies["setting"], { one }: Compared): string {
  if (setting === "rank-and-seed") return `neither ${one} nor seed reached`;
  return `the ${setting === "rank" ? one : setting} did not reach`;
}

/** First three groups, and a count of the others. */
function groupsInWords(groups: Copies["groups"], compared: Compared): string {
  const named = groups.map((group) => runsInWords(group, compared));
  return firstOf(named, 3, "; ");
}

/** Copied runs in words: "ranks 4 and 8 under seeds 0 and 1". */
function runsInWords(group: Copies["groups"][number], { list }: Compared): string {
  const bySeeds = new Map<string, number[]>();
  for (const rank of new Set(group.map((run) => run.rank))) {
    const seeds = group.flatMap(({ rank: own, seed }) => (own === rank && seed !== undefined ? [seed] : []));
    const under = seeds.length === 0 ? "" : ` under ${plural(seeds, "seed", "seeds")} ${range(seeds)}`;
    bySeeds.set(under, [...(bySeeds.get(under) ?? []), rank]);
  }
  return range([...bySeeds].map(([under, ranks]) => `${list(ranks)}${under}`));
}
