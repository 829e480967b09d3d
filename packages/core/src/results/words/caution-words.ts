import type { ClaimOf } from "../claims/claim.ts";
import type { LeftOutRun } from "../decision-types.ts";
import { capital, counted, plural, range, rankList, roughly } from "./amounts.ts";
import { changedScaling } from "./scaling-words.ts";
import { ratesInWords } from "./verdict-words.ts";
import { rateNames, type WordsOf } from "./words-of.ts";

/** What to know before believing the numbers. */
export const cautionWords: WordsOf<"caution"> = {
  "starter-alone": () =>
    "This holds for the starter, a model of 2.4 million parameters. Another base may need another rank.",
  overlap({ validation, examples, isKept }) {
    const are = validation === 1 ? "is" : "are";
    if (!isKept)
      return `${counted(validation, "validation example")} that ${are} also in training ${validation === 1 ? "was" : "were"} left out: all figures are of the others.`;
    return (
      `${validation} of ${counted(examples, "validation example")} ${are} also in training. What was learned by heart counts ` +
      "as right there: scores are too good for new data, and a rank that remembers more looks better than it is."
    );
  },
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
  stuck({ ranks, rose }) {
    const start = `${capital(rankList(ranks))} had learned next to nothing when the training ended`;
    if (!rose) return `${start}.`;
    const [their, them] = ranks.length > 1 ? ["their", "them"] : ["its", "it"];
    return `${start}: ${their} training loss rose far above where it began, so the learning rate is too high for ${them}.`;
  },
  "still-falling": ({ ranks }) => `The training loss of ${rankList(ranks)} was still falling at the end.`,
  "behind-prior": ({ ranks }) =>
    `${capital(rankList(ranks))} ${plural(ranks, "is", "are")} not shown to be better than the class prior: such runs may ` +
    "have learned nothing.",
  "rate-breaks": (claim) =>
    `The learning rate has a say in this: ${ratesInWords(claim)}. The two ranks need different rates.`,
  "learned-at-other-rates": ({ ranks, factors }) =>
    `At ${rateNames(factors)} ${rankList(ranks)} learned, at the sweep's rate they did not.`,
  "learned-at-no-rate": ({ ranks, factors }) =>
    `${capital(rankList(ranks))} learned nothing at ${rateNames(factors)}.`,
  "scaling-changes": changedScaling,
  "step-size": (claim) => stepSize(claim),
  "selection-inflation": ({ ranks, inflation, bestRank, metric }) =>
    `If these ${counted(ranks, "rank")} were truly equal, the best of them would still look ${roughly(inflation, metric)} ` +
    `better than it is, because it was chosen on the same examples. Up to about so much may flatter rank ${bestRank}; a ` +
    "score on test examples is free of it.",
};

/** How a failed run is called in a sentence: "rank 8 diverged". */
export const failureWords: Readonly<Record<LeftOutRun["status"], string>> = {
  diverged: "diverged",
  "out-of-memory": "ran out of memory",
  missing: "has no outcomes",
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
