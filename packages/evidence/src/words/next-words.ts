import { counted, wholeNumber } from "@lorank/core";
import { plural } from "../claims/amounts.ts";
import type { ClaimOf, StepKind, Words } from "../claims/claim.ts";
import type { Compared } from "../claims/compared-types.ts";
import type { Claim } from "./claim.ts";

export const nextWords: Words<ClaimOf<Exclude<StepKind, "meet-condition" | "loosen-limit">>> = {
  resume: ({ done, total }) =>
    total > done
      ? `Go on with the sweep: ${total - done} of ${counted(total, "trial")} ${total - done === 1 ? "has" : "have"} no result yet.`
      : "Go on with the sweep: its results are still to be written.",
  "run-missing": ({ ranks, runs }, { list }) =>
    `Run what failed again: ${counted(runs, "run")} of ${list(ranks)} left no result.`,
  "leave-out": ({ ranks }, { list, many }) =>
    `Or leave ${list(ranks)} out, and go on with the other ${many}.`,
  "retry-out-of-memory": ({ ranks }, { list }) =>
    `Run ${list(ranks)} again with more memory, as on another card or with fewer --jobs: ` +
    `${plural(ranks, "it", "they")} ran out of it.`,
  needed(claim, compared) {
    const { name, many } = compared;
    const { rank, to, until } = claim;
    const design = moreInWords(claim);
    const bet = until === undefined ? "" : `; until then ${name(until)} is the best bet`;
    const takes = `${notOf(claim, compared)}${timeOfSeeds(claim)}`;
    switch (to) {
      case "settle":
        return `About ${design} would settle it, if the ${many} that are left are truly equal${bet}.${takes}`;
      case "at-least":
        return `Run ${design}: one seed cannot tell how many would settle it${bet}.${takes}`;
      case "prove":
        return `About ${design} would prove ${name(rank)} to be within the margin, if it truly is as good as the others.${takes}`;
    }
  },
  "no-design-settles"({ tooMany }, { name }) {
    if (tooMany === undefined)
      return "More runs of this kind would not settle it: only a wider margin, or less noise between runs.";
    const { most, enough, now, proves } = tooMany;
    const aim = proves === undefined ? "settle it" : `prove ${name(proves.rank)} to be within the margin`;
    const isLarger = enough.examples > now.examples;
    const of = ({ seeds, examples }: typeof now): string =>
      `${wholeNumber(seeds)}${isLarger ? ` with ${counted(examples, "example")}` : ""}`;
    return (
      `Even ${most} seeds would probably not ${aim}: it takes about ${of(enough)} (now ${of(now)}). ` +
      "A wider margin helps, or less noise between runs, as by more examples."
    );
  },
  "settle-conditions": ({ ranks }, { list, many }) => `Run more seeds: ${isOpen(ranks, { list, many })}.`,
  "complete-two-ranks": (_, { many }) => `Complete runs of at least two ${many} under the same seeds.`,
  "try-larger": ({ rank, until }) => `Add rank ${rank} to the sweep, and use rank ${until} until then.`,
  "look-larger": ({ rank, largest }) =>
    `Add rank ${rank} to the sweep: means rise up to rank ${largest}, the largest tried.`,
  "lower-rate"(claim, { one }) {
    const lower = `Lower the learning rate${claim.now === undefined ? "" : ` (now ${claim.now})`}`;
    return one === "arm" ? `${lower}.` : `${lower}, or have one searched (${flagsInWords(claim)}).`;
  },
  "search-rate": (claim, { one, many }) =>
    one === "arm"
      ? "Lower the learning rate of the arms for which it is too high, then compare them again."
      : `Search a learning rate that suits all ${many} (${flagsInWords(claim)})` +
        `${claim.holdUpdate ? ", with a fixed alpha so that the update does not grow with the rank" : ""}, ` +
        "then compare them again.",
  "compare-rslora": (claim) =>
    `Compare the ranks under rsLoRA's scaling too (${flagsInWords(claim)}); at the smallest rank it is the same.`,
  "try-rates": (claim, { many }) =>
    `See if the ${many} keep their order at other learning rates (${flagWords(claim)}).`,
  "train-longer"({ epochs, maySpeedDiffer }, { many }) {
    const longer = `Train longer${epochs === undefined ? "" : ` (${counted(epochs, "epoch")})`}`;
    return maySpeedDiffer
      ? `${longer}: a part of what the ${many} differ by may be how fast they learn.`
      : `${longer}.`;
  },
  "check-labels"(claim, { one }) {
    const check = "Check that the labels belong to their texts,";
    if (!claim.thenSearch) return `${check} and train on more examples.`;
    return one === "arm"
      ? `${check} then try other learning rates and more epochs.`
      : `${check} then have the learning rate and the epochs searched (${flagsInWords(claim)}).`;
  },
  "check-settings"({ setting, shownBy }, { one }) {
    const compared = one === "rank" ? "{rank}" : "the arm";
    const names = { "rank-and-seed": `${compared} and {seed}`, rank: compared, seed: "{seed}" }[setting];
    const unless = shownBy === "outcomes" ? " If the runs do differ, log losses (logLoss) show it." : "";
    return (
      `Check that the trainer's command has ${names}, that the trainer uses ${setting === "rank-and-seed" ? "them" : "it"}, and ` +
      `that each run evaluates the adapter that it trained.${unless}`
    );
  },
  "check-inputs": () =>
    "Check that the base's weights are finite and fit its config, and that it gives a finite loss on these texts in float32.",
};

function isOpen(ranks: readonly number[], { list, many }: Pick<Compared, "list" | "many">): string {
  const shown = ranks.length > 6 ? `${ranks.length} ${many}` : list(ranks);
  return `whether ${shown} ${plural(ranks, "meets", "meet")} the condition is open`;
}

/** Sentence that a needed design says nothing of open conditions; empty without any. */
function notOf({ open = [] }: ClaimOf<"needed">, compared: Compared): string {
  return open.length === 0
    ? ""
    : ` That counts the score alone: ${isOpen(open, compared)}, and may take more.`;
}

function moreInWords(claim: ClaimOf<"needed">): string {
  const { examples, onlySeeds, seeds, now } = claim;
  return [
    ...(onlySeeds === undefined && examples > now.examples
      ? [`${counted(examples, "example")} (now ${wholeNumber(now.examples)})`]
      : []),
    ...(onlySeeds !== undefined || seeds > now.seeds ? [`${seedsInWords(claim)} (now ${now.seeds})`] : []),
  ].join(" and ");
}

/** Needed seeds in words: "9 seeds", "7 to 12 seeds". */
function seedsInWords({ onlySeeds, leastSeeds, seeds }: ClaimOf<"needed">): string {
  const from = leastSeeds === undefined ? "" : `${leastSeeds} to `;
  return `${from}${counted(onlySeeds ?? seeds, "seed")}`;
}

/** Seeds to run; undefined if seeds alone do not help. More always help a single seed, which shows no noise. */
function seedsToRun({ onlySeeds, seeds, now, to }: ClaimOf<"needed">): number | undefined {
  const least = onlySeeds ?? (to === "at-least" ? seeds : 0);
  return least > now.seeds ? least : undefined;
}

function timeOfSeeds(claim: ClaimOf<"needed">): string {
  const { secondsPerSeed, now } = claim;
  const seeds = seedsToRun(claim);
  if (seeds === undefined || secondsPerSeed === undefined) return "";
  return ` That takes about ${roundTime(secondsPerSeed * (seeds - now.seeds))}.`;
}

/** Round durations in words: "40 seconds", "6 minutes", "2.5 hours". */
function roundTime(seconds: number): string {
  if (seconds < 90) return `${10 * Math.ceil(seconds / 10)} seconds`;
  if (seconds < 5400) return counted(Math.round(seconds / 60), "minute");
  return `${(seconds / 3600).toFixed(1)} hours`;
}

/** Command change that takes a next step. */
export interface CommandChange {
  /** Flags with values, which replace the command's. */
  readonly flags: readonly (readonly [flag: string, ...value: string[]])[];
  /**
   * Effect on the results folder.
   * - `as-it-is`: the sweep goes on in its folder.
   * - `extended`: the sweep goes on there with `--extend`; completed trials still count.
   * - `anew`: another folder has the changed sweep.
   */
  readonly sweep: "as-it-is" | "extended" | "anew";
}

export interface NextStep {
  readonly kind: StepKind;
  readonly words: string;
  /** Command change that takes the step; absent if no flag does it. */
  readonly change?: CommandChange;
}

/** Steps whose flags speak of ranks, or search settings that arms may have for themselves. */
const ofRanksAlone: ReadonlySet<string> = new Set<StepKind>([
  "leave-out",
  "lower-rate",
  "search-rate",
  "check-labels",
]);

/** Command change for a claim; undefined if no flag does the step. */
export function commandChange(claim: Claim): CommandChange | undefined {
  if (claim.axis !== undefined && ofRanksAlone.has(claim.kind)) return undefined;
  switch (claim.kind) {
    case "resume":
    case "run-missing":
      return { flags: [], sweep: "as-it-is" };
    case "leave-out":
      return { flags: [["--ranks", claim.others.join(",")]], sweep: "as-it-is" };
    case "retry-out-of-memory":
      return { flags: [["--retry-out-of-memory"]], sweep: "as-it-is" };
    case "needed": {
      const seeds = seedsToRun(claim);
      return seeds === undefined ? undefined : { flags: [["--seeds", String(seeds)]], sweep: "extended" };
    }
    case "try-larger":
    case "look-larger":
      return { flags: [["--ranks", String(claim.rank)]], sweep: "extended" };
    case "lower-rate":
      return { flags: [["--learning-rate", "auto"]], sweep: "anew" };
    case "search-rate":
      return {
        flags: [["--learning-rate", "auto"], ...(claim.holdUpdate ? ([["--scaling", "lora"]] as const) : [])],
        sweep: "anew",
      };
    case "compare-rslora": {
      const alpha = Number(claim.alpha.toPrecision(4));
      return {
        flags: [
          ["--scaling", "rslora"],
          ["--alpha", String(alpha)],
        ],
        sweep: "anew",
      };
    }
    case "try-rates":
      return { flags: [["--robustness"]], sweep: "extended" };
    case "train-longer":
      return claim.epochs === undefined
        ? undefined
        : { flags: [["--epochs", String(claim.epochs)]], sweep: "anew" };
    case "check-labels":
      return claim.thenSearch
        ? {
            flags: [
              ["--learning-rate", "auto"],
              ["--epochs", "auto"],
            ],
            sweep: "anew",
          }
        : undefined;
    default:
      return undefined;
  }
}

/** Flags with their command: a report may be read without the terminal's. */
function flagsInWords(claim: Claim): string {
  return `lorank sweep with ${flagWords(claim)}`;
}

function flagWords(claim: Claim): string {
  const { flags = [] } = commandChange(claim) ?? {};
  return flags.flat().join(" ");
}
