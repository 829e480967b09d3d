import { capital, counted, grouped, plural, range, rankList } from "../../claims/amounts.ts";
import { claim, type Words } from "../../claims/claim.ts";
import type { Copies } from "../../schema/check-types.ts";
import type { Reasons } from "../../schema/decision-facts.ts";
import type { CheckRow } from "../check-claims.ts";

/** Claims on runs that are copies of others. They stand alone: the runs are not those that their labels name. */
export const copies: CheckRow = {
  alone({ copies, examples }) {
    if (copies === undefined) return undefined;
    const { setting, shownBy } = copies;
    return [
      claim.verdict("none-recommended", { why: "copies", atOwnRate: false }),
      claim.verdict("copied-runs", { ...copies, examples }),
      claim.next("check-settings", { setting, shownBy }),
    ];
  },
};

export const copyWords: Words<"copied-runs" | "agreeing-seeds"> = {
  "copied-runs"({ setting, shownBy, groups, examples }) {
    const all = counted(examples, "example");
    const agree = {
      "log-loss": `have the same log losses on ${all}, or far nearer ones than runs that differ`,
      "training-loss": `have the same training losses, and are right on the same of ${all}, or nearly`,
      outcomes: `are right on the same of ${all}, or nearly, as runs that differ hardly ever are`,
      score: "have the same score, or far nearer ones than runs that differ",
    }[shownBy];
    return (
      `These runs ${agree}: ${groupsInWords(groups)}. ${capital(missing(setting))} ` +
      "the trainer, or the same model was evaluated each time. So the runs say nothing of the ranks."
    );
  },
  "agreeing-seeds"({ seeds, setting = "seed", groups }) {
    const runs = groups === undefined ? `the ${seeds} seeds of each rank` : groupsInWords(groups);
    const consequence =
      setting === "seed"
        ? "the seeds count as one, and no difference between ranks is claimed"
        : "nothing is claimed of the ranks";
    return (
      `The runs of ${runs} differ less than separate trainings do. Few examples to differ on, wrong labels or training that taught nothing may be the cause, or ` +
      `${missing(setting)} the trainer. So ${consequence}.`
    );
  },
};

export const copyReasons: Reasons<"copies"> = {
  copies: () => "its runs are copies of those of a smaller rank",
};

/** "the seed did not reach". */
function missing(setting: Copies["setting"]): string {
  return setting === "rank-and-seed" ? "neither rank nor seed reached" : `the ${setting} did not reach`;
}

/** The first three groups, and how many there are beside them. */
function groupsInWords(groups: Copies["groups"]): string {
  const more = groups.length > 3 ? [`and ${groups.length - 3} more`] : [];
  return [...groups.slice(0, 3).map(runsInWords), ...more].join("; ");
}

/** "ranks 4 and 8 under seeds 0 and 1". */
function runsInWords(group: Copies["groups"][number]): string {
  const bySeeds = new Map<string, number[]>();
  for (const rank of new Set(group.map((run) => run.rank))) {
    const seeds = group.flatMap(({ rank: own, seed }) => (own === rank && seed !== undefined ? [seed] : []));
    const under = seeds.length === 0 ? "" : ` under ${plural(seeds, "seed", "seeds")} ${range(seeds)}`;
    bySeeds.set(under, [...(bySeeds.get(under) ?? []), rank]);
  }
  return range([...bySeeds].map(([under, ranks]) => `${rankList(ranks)}${under}`));
}

/** Validation examples that are also in training, and those whose group is. */
export const overlap: CheckRow = {
  onData({ data: { overlap }, decision: { examples } }) {
    if (overlap === undefined) return [];
    const { validation, ofTrainedGroups = 0, kept: isKept = false } = overlap;
    return [
      ...(validation > 0 ? [claim.caution("overlap", { validation, examples, isKept })] : []),
      ...(ofTrainedGroups > 0
        ? [claim.caution("group-overlap", { validation: ofTrainedGroups, examples, isKept })]
        : []),
    ];
  },
};

export const overlapWords: Words<"overlap" | "group-overlap"> = {
  overlap({ validation, examples, isKept }) {
    const are = validation === 1 ? "is" : "are";
    if (!isKept)
      return `${counted(validation, "validation example")} that ${are} also in training ${validation === 1 ? "was" : "were"} left out: all figures are of the others.`;
    return (
      `${validation} of ${counted(examples, "validation example")} ${are} also in training. What was learned by heart counts ` +
      "as right there: scores are too good for new data, and a rank that remembers more looks better than it is."
    );
  },
  "group-overlap"({ validation, examples, isKept }) {
    if (!isKept)
      return `${counted(validation, "validation example")} whose group is also in training ${validation === 1 ? "was" : "were"} left out: all figures are of the others.`;
    return (
      `The group of ${validation} of ${counted(examples, "validation example")} is also in training. What was learned of that group ` +
      "helps there: scores are too good for new groups, and a rank that remembers more looks better than it is."
    );
  },
};

/** Claims on examples that are not independent of each other. */
export const groups: CheckRow = {
  onRuns({ examples, groups: found }) {
    return found === undefined ? [] : [claim.evidence("groups", { examples, ...found })];
  },
};

export const groupWords: Words<"groups"> = {
  groups({ examples, count, largest, widening }) {
    if (largest === 1)
      return `Each of the ${grouped(examples)} examples is a group of its own, so groups change nothing.`;
    const basis = `The ${grouped(examples)} examples are in ${counted(count, "group")}, the largest of ${grouped(largest)}: intervals and plan count groups.`;
    if (widening === undefined) return basis;
    const times = widening.toFixed(2);
    return times === "1.00"
      ? `${basis} Intervals of differences are no wider than for independent examples.`
      : `${basis} Intervals of differences are ${times} times as wide as for independent examples.`;
  },
};
