import { counted, grouped } from "../amounts.ts";
import type { Claim, KindOn, Words } from "../claim.ts";

/** Sentences on next steps. */
export const nextWords: Words<KindOn<"next">> = {
  needed({ examples, seeds, onlySeeds, rank, now, to, until }) {
    const moreExamples = `${counted(examples, "example")} (now ${grouped(now.examples)})`;
    const moreSeeds = `${counted(onlySeeds ?? seeds, "seed")} (now ${now.seeds})`;
    const parts = [
      ...(onlySeeds === undefined && examples > now.examples ? [moreExamples] : []),
      ...(onlySeeds !== undefined || seeds > now.seeds ? [moreSeeds] : []),
    ];
    const design = parts.join(" and ");
    const bet = until === undefined ? "" : `; until then rank ${until} is the best bet`;
    switch (to) {
      case "settle":
        return `About ${design} would settle it, if the ranks that are left are truly equal${bet}.`;
      case "at-least":
        return `It takes at least about ${design}${bet}.`;
      case "prove":
        return `About ${design} would prove rank ${rank} to be within the margin, if it truly is as good as the others.`;
    }
  },
  "no-design-settles": () =>
    "More runs of this kind would not settle it: only a wider margin, or less noise between runs.",
  "complete-two-ranks": () => "Complete runs of at least two ranks under the same seeds.",
  "try-larger": ({ rank, until }) => `Add rank ${rank} to the sweep, and use rank ${until} until then.`,
  "lower-rate": (claim) =>
    `Lower the learning rate${claim.now === undefined ? "" : ` (now ${claim.now})`}, or have one searched (${flagsInWords(claim)}).`,
  "search-rate": (claim) =>
    `Search a learning rate that suits all ranks (${flagsInWords(claim)})` +
    `${claim.holdUpdate ? ", with a fixed alpha so that the update does not grow with the rank" : ""}, ` +
    "then compare them again.",
  "compare-rslora": (claim) =>
    `Compare the ranks under rsLoRA's scaling too (${flagsInWords(claim)}); at the smallest rank it is the same.`,
  "try-rates": (claim) =>
    `See whether the order of the ranks holds at other learning rates (${flagsInWords(claim)}).`,
  "train-longer": (claim) =>
    claim.maySpeedDiffer
      ? `Train longer (${counted(claim.epochs, "epoch")}): a part of what the ranks differ by may be how fast they learn.`
      : `Train longer (${counted(claim.epochs, "epoch")}).`,
  "check-labels": (claim) =>
    claim.thenSearch
      ? `Check that the labels belong to their texts, then have the learning rate and the epochs searched (${flagsInWords(claim)}).`
      : "Check that the labels belong to their texts, and train on more examples.",
  "check-settings"({ setting, shownBy }) {
    const names = setting === "rank-and-seed" ? "{rank} and {seed}" : `{${setting}}`;
    const unless = shownBy === "outcomes" ? " If the runs do differ, log losses (logLoss) show it." : "";
    return (
      `Check that the trainer's command has ${names}, that the trainer uses ${setting === "rank-and-seed" ? "them" : "it"}, and ` +
      `that each run evaluates the adapter that it trained.${unless}`
    );
  },
  "check-inputs": () =>
    "Check that the base's weights are finite and fit its config, and that it gives a finite loss on these texts in float32.",
};

/** Change to the command of a sweep for a next step. */
export interface CommandChange {
  /** Flags with their values, which replace those of the command. */
  readonly flags: readonly (readonly [flag: string, ...value: string[]])[];
  /** Completed trials still count: the same folder goes on with `--extend`. Else it takes another folder. */
  readonly extends: boolean;
}

/** Finds the change to the command for a claim's next step; undefined if no change of flags does it. */
export function commandChange(claim: Claim): CommandChange | undefined {
  switch (claim.kind) {
    case "needed": {
      // One seed shows no noise between seeds: more of them help, whatever else it takes.
      const seeds = claim.onlySeeds ?? (claim.to === "at-least" ? claim.seeds : 0);
      return seeds > claim.now.seeds ? { flags: [["--seeds", String(seeds)]], extends: true } : undefined;
    }
    case "try-larger":
      return { flags: [["--ranks", String(claim.rank)]], extends: true };
    case "lower-rate":
      return { flags: [["--learning-rate", "auto"]], extends: false };
    case "search-rate":
      return {
        flags: [["--learning-rate", "auto"], ...(claim.holdUpdate ? ([["--scaling", "lora"]] as const) : [])],
        extends: false,
      };
    case "compare-rslora": {
      const alpha = Number(claim.alpha.toPrecision(4));
      return {
        flags: [
          ["--scaling", "rslora"],
          ["--alpha", String(alpha)],
        ],
        extends: false,
      };
    }
    case "try-rates":
      return { flags: [["--robustness"]], extends: true };
    case "train-longer":
      return { flags: [["--epochs", String(claim.epochs)]], extends: false };
    case "check-labels":
      return claim.thenSearch
        ? {
            flags: [
              ["--learning-rate", "auto"],
              ["--epochs", "auto"],
            ],
            extends: false,
          }
        : undefined;
    default:
      return undefined;
  }
}

/** Names the command as well: a report is also read where there is none. */
function flagsInWords(claim: Claim): string {
  const { flags = [] } = commandChange(claim) ?? {};
  return ["lorank sweep with", ...flags.flat()].join(" ");
}
