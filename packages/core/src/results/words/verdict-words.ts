import type { ClaimOf } from "../claims/claim.ts";
import { isFailure } from "../claims/rate-claims.ts";
import type { Copies } from "../decision-types.ts";
import type { RobustnessRate } from "../robustness-types.ts";
import {
  boundInUnit,
  capital,
  counted,
  marginInUnit,
  percent,
  plural,
  range,
  rankList,
  withError,
} from "./amounts.ts";
import { rateName, sides, type WordsOf } from "./words-of.ts";

/** The answer, and why it is the answer. */
export const verdictWords: WordsOf<"verdict"> = {
  recommended({ rank, verdict, atOwnRate }) {
    const answer =
      verdict === "extend" ? `Go above rank ${rank}: quality is still rising.` : `Use rank ${rank}.`;
    return atOwnRate ? atSweepsRate(answer) : answer;
  },
  enough({ rank, margin, metric, confidence, open, atOwnRate }) {
    const proven = `Rank ${rank} is enough (proven within ${marginInUnit(margin, metric)}).`;
    const answer = atOwnRate ? atSweepsRate(proven) : proven;
    if (open.length === 0) return answer;
    const smaller = open.map((one) => one.rank);
    const bounds = range(open.map(({ bound }) => boundInUnit(bound, metric)));
    return (
      `${answer} Whether ${rankList(smaller)} ${plural(smaller, "is", "are")} too is open: ` +
      `${plural(smaller, "it", "they")} may lose up to ${bounds} (${percent(confidence)} confidence).`
    );
  },
  "none-recommended"({ why, atOwnRate }) {
    const answer = {
      "nothing-completed": "No rank completed enough runs to be compared.",
      "not-better": "No rank is better than the class prior.",
      unclear: "No rank is shown to be better than the class prior.",
      "same-answers": "No rank is shown to have learned anything.",
      copies: "Runs that should differ are copies of each other.",
      unsettled: "These runs do not settle the rank.",
    }[why];
    return atOwnRate ? atSweepsRate(answer) : answer;
  },
  "rate-decides": () => "The learning rate decides here, not the rank.",
  "rate-flips": (claim) => `${capital(ratesInWords(claim))}.`,
  "no-difference"({ ranks, spread, metric, confidence, isProven }) {
    const means = `${rankList(ranks)} lie within ${boundInUnit(spread, metric)}`;
    return isProven
      ? `Rank makes no visible difference here: ${means}.`
      : `A difference is neither shown nor ruled out at ${percent(confidence)} confidence. The means of ${means}; the ` +
          "intervals reach beyond the margin.";
  },
  "possible-loss"({ rank, bound, margin, metric, confidence, isRecommended, cheapestOf }) {
    const subject = {
      all: `The cheapest is rank ${rank}. It`,
      unbeaten: `The cheapest that no other one beats is rank ${rank}. It`,
      none: `Rank ${rank}`,
    }[cheapestOf];
    const surely = `(${percent(confidence)} confidence)`;
    if (bound <= 0) return `${subject} loses nothing: no other rank is better ${surely}.`;
    const loss = `${subject} may lose up to ${boundInUnit(bound, metric)} ${surely}`;
    const within = `the margin of ${marginInUnit(margin, metric)}`;
    if (bound <= margin) return `${loss}, which is within ${within}.`;
    return isRecommended
      ? `${loss}, more than ${within} and no more than twice that.`
      : `${loss}, more than twice ${within}.`;
  },
  proven: ({ rank, margin, metric }) =>
    `Rank ${rank} is proven: no other rank is better by more than ${marginInUnit(margin, metric)}.`,
  "left-alone": ({ isLargest }) =>
    isLargest
      ? "It is the largest rank tried, and every smaller one fell behind in the race."
      : "It is the one rank that is left in the race: every other one fell behind.",
  better: ({ rank, than, difference, interval, metric, confidence }) =>
    `Rank ${rank}, the largest tried, is ${withError(difference, halfOf(interval), metric)} better than rank ${than}, ` +
    `at ${percent(confidence)} confidence.`,
  "one-rank": ({ rank }) => `Only rank ${rank} could be compared, and there is nothing to compare it with.`,
  "one-seed": () =>
    "One seed cannot show how much a rank varies from run to run, so nothing can be claimed. The intervals cover the choice " +
    "of examples alone.",
  "agreeing-seeds": ({ seeds }) =>
    `Each rank is right on exactly the same examples under all ${seeds} seeds. With few wrong examples that may be chance; or the ` +
    "seed did not reach the trainer. So the seeds count as one, which cannot show how much a rank varies from run to run.",
  "copied-runs"({ setting, shownBy, groups, examples }) {
    const all = counted(examples, "example");
    const agree = {
      "log-loss": `agree to the last digit in the log loss of all ${all}`,
      "training-loss": `agree to the last digit in their training losses, and are right on the same of ${all}`,
      outcomes: `are right on exactly the same of ${all}, as runs that differ hardly ever are`,
    }[shownBy];
    const shown = groups.slice(0, 3).map(runsInWords);
    const more = groups.length > 3 ? [`and ${groups.length - 3} more`] : [];
    const what = { rank: "The rank", seed: "The seed", "rank-and-seed": "Neither rank nor seed" }[setting];
    return (
      `These runs ${agree}: ${[...shown, ...more].join("; ")}. ${what} ${setting === "rank-and-seed" ? "reached" : "did not reach"} ` +
      "the trainer, or the same model was evaluated each time. So the runs say nothing of the ranks."
    );
  },
  "nothing-learned"({ source, accuracy, logLoss, runs }) {
    if (source === "agreement")
      return (
        `All ${counted(runs, "run")} are right on exactly the same examples, like runs that always give one answer or are copies of each other. ` +
        "Whether they learned anything cannot be known without the class of each example: add a column `label`."
      );
    const prior =
      "The class prior knows how frequent each class is and nothing else: always naming the most frequent one is right on " +
      `${(100 * accuracy).toFixed(1)}% of the examples`;
    return logLoss === undefined
      ? `${prior}.`
      : `${prior}, and giving every example the shares of the classes has a log loss of ${logLoss.toFixed(3)} nats.`;
  },
  fault({ cause, diverged, divergedAtStart = 0, anyCompared, fewSteps }) {
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
        if (!anyCompared)
          return (
            `Of ${counted(diverged, "run")} that diverged, ${divergedAtStart} had a loss or a gradient that was not finite at ` +
            "the first step, before any weight had changed. So the learning rate is not the cause."
          );
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

/** "ranks 4 and 8 under seeds 0 and 1". */
function runsInWords(group: Copies["groups"][number]): string {
  const bySeeds = new Map<string, number[]>();
  for (const rank of new Set(group.map((run) => run.rank))) {
    const seeds = group.filter((run) => run.rank === rank).map(({ seed }) => seed);
    const under = `${plural(seeds, "seed", "seeds")} ${range(seeds)}`;
    bySeeds.set(under, [...(bySeeds.get(under) ?? []), rank]);
  }
  return range([...bySeeds].map(([under, ranks]) => `${rankList(ranks)} under ${under}`));
}

function halfOf([low, high]: readonly [number, number]): number {
  return (high - low) / 2;
}
