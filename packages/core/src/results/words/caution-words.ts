import { counted, plural, range, rankList, roughly } from "../amounts.ts";
import type { ClaimOf, Words } from "../claim.ts";
import { failureWords } from "../failure-words.ts";

/** Sentences on cautions about the numbers. */
export const cautionWords: Words<
  "starter-alone" | "failed-runs" | "left-out-seeds" | "excluded" | "step-size" | "selection-inflation"
> = {
  "starter-alone": () =>
    "This holds for the starter, a model of 2.4 million parameters. Another base may need another rank.",
  "failed-runs"({ planned, diverged, outOfMemory, missing, ranks, seeds }) {
    const parts = [
      ...(diverged > 0 ? [`${diverged} diverged`] : []),
      ...(outOfMemory > 0 ? [`${outOfMemory} ran out of memory`] : []),
      ...(missing > 0 ? [`${missing} left no result`] : []),
    ];
    const failed = `Of ${counted(planned, "planned run")}, ${range(parts)} (${rankList(ranks)}).`;
    if (seeds === 0) return failed; // nothing was compared
    return `${failed} Means and intervals rest on the ${counted(seeds, "seed")} that every compared rank completed.`;
  },
  "left-out-seeds"({ seeds, failures }) {
    const causes = failures.map(
      ({ rank, seed, status }) => `rank ${rank} ${failureWords[status]} under seed ${seed}`,
    );
    const more = causes.length > 3 ? ` and ${causes.length - 3} more` : "";
    return (
      `${plural(seeds, "Seed", "Seeds")} ${range(seeds)} ${plural(seeds, "is", "are")} left out for every rank: ` +
      `${causes.slice(0, 3).join(", ")}${more}.`
    );
  },
  excluded: ({ rank, reason }) => `Rank ${rank} is not compared: ${reason}.`,
  "step-size": (claim) => stepSize(claim),
  "selection-inflation": ({ ranks, inflation, bestRank, metric }) =>
    `If these ${counted(ranks, "rank")} were truly equal, the best of them would still look ${roughly(inflation, metric)} ` +
    `better than it is, because it was chosen on the same examples. Up to about so much may flatter rank ${bestRank}; a ` +
    "score on test examples is free of it.",
};

function stepSize({ rule, smallest, largest, ratio, alphaPerRank = 1 }: ClaimOf<"step-size">): string {
  const first = `the first step of rank ${largest} is about ${digits(ratio)} times that of rank ${smallest}`;
  switch (rule) {
    case "alpha-follows-rank": {
      const alpha = alphaPerRank === 1 ? "alpha = rank" : `alpha = ${digits(alphaPerRank)} × rank`;
      return (
        `This sweep was run with ${alpha}. At one learning rate the update then grows with the rank: ${first}. A rank that ` +
        "looks better may only have taken larger steps; a sweep with a fixed alpha tells the two apart. Measured for ranks 1 " +
        "to 64, the first step lowered the loss by 0.15 to 8.60 times as much as that of rank 8 under alpha = rank, and by " +
        "0.89 to 1.01 times as much at a fixed alpha."
      );
    }
    case "rslora":
      return (
        "This sweep was run with rsLoRA at a fixed alpha. Its scaling is alpha / √rank, so the update grows with √rank: " +
        `${first}. A part of a difference between ranks may be step size.`
      );
    case "other":
      return (
        `Step sizes differ between the ranks of this sweep: by alpha and scaling, ${first}. A part of a difference between ` +
        "ranks may be step size; a sweep with one alpha tells the two apart."
      );
  }
}

function digits(ratio: number): string {
  return String(Number(ratio.toPrecision(3)));
}
