import type { ClaimOf } from "../claims/claim.ts";
import { isFailure } from "../claims/rate-claims.ts";
import type { RobustnessRate } from "../robustness-types.ts";
import {
  boundInUnit,
  capital,
  counted,
  marginInUnit,
  percent,
  plural,
  rankList,
  withError,
} from "./amounts.ts";
import { rateName, sides, type WordsOf } from "./words-of.ts";

/** The answer, and why it is the answer. */
export const verdictWords: WordsOf<"verdict"> = {
  recommended({ rank, verdict, ranks, comparesAll, atOwnRate }) {
    const them = comparesAll ? "the ranks" : rankList(ranks);
    const smallest = comparesAll ? `the smallest: rank ${rank}` : `rank ${rank}`;
    const answer = {
      adequate: `Use rank ${rank}.`,
      indistinguishable: `The data cannot tell ${them} apart. Take ${smallest}.`,
      extend: `Go above rank ${rank}: quality is still rising.`,
    }[verdict];
    return atOwnRate ? atSweepsRate(answer) : answer;
  },
  "none-recommended"({ why, atOwnRate }) {
    const answer = {
      "nothing-completed": "No rank completed enough runs to be compared.",
      "not-better": "No rank is better than the class prior.",
      unclear: "No rank is shown to be better than the class prior.",
      "same-answers": "No rank is shown to have learned anything.",
      unsettled: "These runs do not settle the rank.",
    }[why];
    return atOwnRate ? atSweepsRate(answer) : answer;
  },
  "rate-decides": () => "The learning rate decides here, not the rank.",
  "rate-flips": (claim) => `${capital(ratesInWords(claim))}.`,
  certified({ rank, bound, margin, metric, confidence, smaller }) {
    const within = marginInUnit(margin, metric);
    const start = `At ${percent(confidence)} confidence no other rank tried is better than rank ${rank}`;
    if (bound <= 0)
      return `${start}.${smaller.length > 0 ? ` No smaller rank is shown to be within the margin of ${within}.` : ""}`;
    const none = smaller.length > 0 ? ", and no smaller rank is shown to be within it" : "";
    return `${start} by more than ${boundInUnit(bound, metric)}. The margin is ${within}${none}.`;
  },
  "left-alone": ({ isLargest }) =>
    isLargest
      ? "It is the largest rank tried, and every smaller one fell behind in the race."
      : "It is the one rank that is left in the race: every other one fell behind.",
  better: ({ rank, than, difference, interval, metric, confidence }) =>
    `Rank ${rank}, the largest tried, is ${withError(difference, halfOf(interval), metric)} better than rank ${than}, ` +
    `at ${percent(confidence)} confidence.`,
  "not-told-apart"({ ranks, rank, bound, margin, metric, confidence, isClose }) {
    const none = `No difference between any two of ${rankList(ranks)} is shown at ${percent(confidence)} confidence`;
    const within = marginInUnit(margin, metric);
    if (!Number.isFinite(bound)) return `${none}.`;
    const open = `better than rank ${rank} by up to ${boundInUnit(bound, metric)}`;
    return isClose
      ? `${none}. Another rank may be ${open}, which is more than the margin of ${within} but no more than twice that.`
      : `${none}, but the intervals are too wide to call them equal: another one may be ${open}, and the margin is ${within}.`;
  },
  "none-certified": ({ worse, ranks, margin, metric }) =>
    `${capital(rankList(worse))} ${plural(worse, "is", "are")} worse than others. Of ${rankList(ranks)} none is shown to be ` +
    `within the margin of ${marginInUnit(margin, metric)} of every other rank.`,
  "one-rank": ({ rank }) => `Only rank ${rank} could be compared, and there is nothing to compare it with.`,
  "one-seed": () =>
    "One seed cannot show how much a rank varies from run to run, so nothing can be claimed. The intervals cover the choice " +
    "of examples alone.",
  "nothing-learned"({ source, accuracy, logLoss, runs }) {
    if (source === "agreement")
      return (
        `All ${counted(runs, "run")} are right on exactly the same examples, like runs that always give one answer. ` +
        "Whether they learned anything cannot be known without the class of each example: add a column `label`."
      );
    const prior =
      "The class prior knows how frequent each class is and nothing else: always naming the most frequent one is right on " +
      `${(100 * accuracy).toFixed(1)}% of the examples`;
    return logLoss === undefined
      ? `${prior}.`
      : `${prior}, and giving every example the shares of the classes has a log loss of ${logLoss.toFixed(3)} nats.`;
  },
  fault({ cause, diverged, anyCompared, fewSteps }) {
    switch (cause) {
      case "rate-too-high": {
        const rose = "training loss rose far above where it began";
        const runs = diverged > 0 ? `Runs diverged, or their ${rose}` : `The ${rose}`;
        return `${anyCompared ? runs : "The runs diverged"}: the learning rate is too high.`;
      }
      case "memorising":
        return (
          "The training loss fell below the log loss of the class prior; that of the validation examples did not. What was " +
          "learned does not hold for other examples."
        );
      case "too-short":
        return fewSteps === undefined
          ? "The training loss was still falling at the end."
          : `After ${counted(fewSteps, "step")} nothing can be said of the training loss.`;
      case "unknown":
        return "The training loss neither rose far nor surely fell.";
    }
  },
};

function atSweepsRate(answer: string): string {
  return `At the sweep's own rate alone: ${answer.charAt(0).toLowerCase()}${answer.slice(1)}`;
}

/** "at three times the rate rank 64 learned nothing, where rank 4 did; at the sweep's rate …". */
export function ratesInWords({ robustness, rates, metric }: ClaimOf<"rate-flips" | "rate-breaks">): string {
  const words = (rate: RobustnessRate): string => {
    const at = `at ${rateName(rate.factor)}`;
    const [winner, loser] = sides(robustness, rate.better!);
    const lost = rate.better === "largest" ? rate.smallest : rate.largest;
    if (isFailure(lost)) {
      const failed = lost.status === "diverged" ? "diverged" : "learned nothing";
      return `${at} rank ${loser} ${failed}, where rank ${winner} learned`;
    }
    const amount = withError(Math.abs(rate.advantage ?? 0), halfOf(rate.interval ?? [0, 0]), metric);
    return `${at} rank ${winner} is ${amount} better than rank ${loser}`;
  };
  return rates.map(words).join("; ");
}

function halfOf([low, high]: readonly [number, number]): number {
  return (high - low) / 2;
}
