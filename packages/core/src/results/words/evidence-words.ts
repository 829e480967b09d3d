import { apart, capital, counted, percent, plural, rankList, scored, times, withError } from "../amounts.ts";
import type { Words } from "../claim.ts";
import { metrics } from "../metric.ts";

/** Sentences on other evidence, and on its basis. */
export const evidenceWords: Words<
  "difference" | "worse" | "gain-until" | "test-score" | "no-test-score" | "basis"
> = {
  difference: ({ rank, than, difference, interval, metric }) =>
    `Rank ${rank} is ${apart(difference, interval, metric)} rank ${than}, and ${size(rank, than)}.`,
  worse: ({ ranks }) => `${capital(rankList(ranks))} ${plural(ranks, "is", "are")} worse than others.`,
  "gain-until"({ rank, than, difference, interval: [low, high], metric, isLast }) {
    const step = than > 0 && rank === 2 * than ? "doubling" : "step";
    const gain = withError(difference, (high - low) / 2, metric);
    return (
      `The last ${step} that paid leads from rank ${than} to rank ${rank}: a gain of ${gain}.` +
      (isLast ? " It is the last one tried, so the next may pay too." : "")
    );
  },
  "test-score"({ rank, seeds, examples, metric, score, validation, otherRanks }) {
    const found = scored(score.mean, score.interval, metric);
    const before = scored(validation.mean, validation.interval, metric);
    const reused =
      otherRanks.length > 0
        ? ` ${capital(rankList(otherRanks))} ${plural(otherRanks, "was", "were")} scored here too, so this set is no longer ` +
          "fully held out."
        : "";
    return (
      `On ${counted(examples, "test example")}, which nothing was chosen by, rank ${rank} has ${metrics[metric].oneOf} of ${found} over ` +
      `${counted(seeds, "seed")}; on the validation examples it has ${before}.${reused}`
    );
  },
  "no-test-score"({ examples, rank, scored: other }) {
    const them = counted(examples, "test example");
    if (rank === null)
      return other === undefined
        ? `The verdict recommends no rank, so nothing was scored on the ${them}: they are still unseen.`
        : `The verdict recommends no rank; the ${them} were scored for rank ${other}, which was recommended otherwise.`;
    if (other === undefined)
      return rank === 0
        ? `Rank 0 has no adapter, so nothing was scored on the ${them}.`
        : `Rank ${rank} was not scored on the ${them}.`;
    return (
      `The ${them} were scored for rank ${other}, not for rank ${rank}: these are not the settings that the sweep was decided ` +
      "with."
    );
  },
  basis({ seeds, examples, confidence, holdsFor }) {
    const start = `This rests on ${seeds > 1 ? "paired runs with " : ""}${counted(seeds, "seed")} and ${counted(examples, "example")}`;
    const intervals = `each ± is a ${percent(confidence)} interval`;
    switch (holdsFor) {
      case "pairs":
        return `${start}; ${intervals} that holds for all pairs of ranks at once.`;
      case "ranks":
        return `${start}; ${intervals} over the examples that holds for all ranks at once.`;
      case "none":
        return `${start}.`;
    }
  },
};

function size(rank: number, other: number): string {
  if (rank === 0) return "it needs no adapter";
  if (other === 0) return "it needs an adapter";
  return rank < other
    ? `its adapter is ${times(other / rank)} smaller`
    : `its adapter is ${times(rank / other)} larger`;
}
