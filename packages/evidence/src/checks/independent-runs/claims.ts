import { counted } from "../../claims/amounts.ts";
import { claim, type Words } from "../../claims/claim.ts";
import type { CheckRow } from "../check-claims.ts";

/** Claims on runs that depend on each other, which no interval counts. */
export const independentRuns: CheckRow = {
  onRuns({ dependentRuns, warmStarts, ranksInTurn = false, pairs = [] }) {
    const areTold = pairs.some(({ interval: [low, high] }) => low > 0 || high < 0);
    return [
      ...(dependentRuns === undefined ? [] : [claim.caution("dependent-runs", dependentRuns)]),
      ...(warmStarts === undefined ? [] : [claim.caution("warm-starts", warmStarts)]),
      ...(ranksInTurn && areTold ? [claim.evidence("ranks-in-turn", {})] : []),
    ];
  },
};

export const independentRunsWords: Words<"dependent-runs" | "warm-starts" | "ranks-in-turn"> = {
  "warm-starts": ({ runs, of }) =>
    `${runs} of ${counted(of, "run")} began with the weights of another run, by the table. They are not independent, so intervals are ` +
    "too narrow.",
  "ranks-in-turn": () =>
    "Ranks were run one after the other, so a machine that changed meanwhile would look like a difference between them.",
  "dependent-runs"({ order, shownBy, chance }) {
    const following = `Runs that follow each other ${{ time: "in time", seed: "by their seeds" }[order]}`;
    const sign = {
      outcomes: "are right on the same examples more often than others",
      scores: "have nearer scores than others",
      seeds: "are good or bad for all ranks together, nearer than others",
    }[shownBy];
    return (
      `${following} ${sign} (by chance in ${percentOf(chance)} of sweeps). Each may have started from the one before, or the ` +
      "machine changed: then intervals are too narrow."
    );
  },
};

/** Claims on examples that seem to be in groups. */
export const separateExamples: CheckRow = {
  onRuns({ alikeNeighbours }) {
    return alikeNeighbours === undefined ? [] : [claim.caution("alike-neighbours", alikeNeighbours)];
  },
  onData({ data: { sharedSources }, decision: { examples } }) {
    return sharedSources === undefined
      ? []
      : [claim.caution("shared-sources", { ...sharedSources, examples })];
  },
};

const remedy = "intervals are too narrow: name a group column with --group-column.";

export const separateExamplesWords: Words<"alike-neighbours" | "shared-sources"> = {
  "alike-neighbours": ({ chance }) =>
    `Examples that stand near each other favour the same ranks (by chance in ${percentOf(chance)} of sweeps). If they come from the same ` +
    `documents or persons, ${remedy} A file that is only sorted, by length or class, needs none.`,
  "shared-sources"({ validation, withTraining = 0, by, examples }) {
    const share = {
      subject: "have the subject line of",
      words: "have nearly the same words as",
      passages: "share long passages with",
    }[by];
    const others = [
      ...(validation > 0
        ? [`${validation} of ${counted(examples, "validation example")} ${share} another one`]
        : []),
      ...(withTraining > 0
        ? [
            validation > 0
              ? `${withTraining} with a training example`
              : `${withTraining} of ${counted(examples, "validation example")} ${share} a training example`,
          ]
        : []),
    ].join(", ");
    return `${others}. If they come from the same documents, ${remedy}`;
  },
};

/** "at most 0.2%", rounded up. */
function percentOf(chance: number): string {
  const unit = 10 ** Math.floor(Math.log10(100 * chance));
  return `at most ${Number((unit * Math.ceil((100 * chance) / unit - 1e-9)).toPrecision(1))}%`;
}
