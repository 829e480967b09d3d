import { existsSync, statSync } from "node:fs";
import { readTextFile } from "@lorank/checkpoint/disk";
import { InputError } from "@lorank/core";
import { claimsOf, type Decision, inWords, rankToUse } from "@lorank/evidence/results";
import type { Messages } from "../../output.ts";
import { decideEvidence } from "../../results/evidence.ts";
import type { Recipe } from "../../tools/writing.ts";

/** A recipe, with its model, rank and origin in one line. */
export interface FoundRecipe {
  readonly recipe: Recipe;
  readonly heading: string;
}

/**
 * The verdict on runs of any trainer: outcomes or a table of scores, or the document of `lorank verdict --json`. Undefined for
 * any other path.
 *
 * @throws as `decideEvidence`.
 */
export async function verdictOn(path: string, output: Messages): Promise<Decision | undefined> {
  const isPattern = !existsSync(path) && /[{*]/.test(path);
  const isFile = statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  if (!isPattern && !isFile) return undefined;
  return verdictDocument(path) ?? (await decideEvidence([path], {}, output))?.decision;
}

function verdictDocument(path: string): Decision | undefined {
  if (!path.endsWith(".json")) return undefined;
  try {
    const document = JSON.parse(readTextFile(path)) as Partial<Decision> | null;
    const isVerdict =
      typeof document?.verdict === "string" && Array.isArray(document.ranks) && document.rank !== undefined;
    return isVerdict ? (document as Decision) : undefined;
  } catch {
    return undefined; // no JSON, or several lines of it: whoever reads outcomes says what is wrong
  }
}

/**
 * Recipe of the rank that a verdict on runs of any trainer recommends. Of the training it knows the learning rates at most.
 *
 * @param flag another rank.
 * @throws InputError `E_CONFIG` where the verdict knows no such rank, or neither recommends nor proves one and there is no `flag`.
 */
export function ofVerdict(path: string, decision: Decision, flag: number | undefined): FoundRecipe {
  const ranks = decision.ranks.map((one) => one.rank).filter((one) => one > 0);
  const rank = flag ?? usedRank(decision, `the verdict on ${path}`);
  if (!ranks.includes(rank))
    throw new InputError(
      "E_CONFIG",
      `--rank must be one that was compared: ${ranks.join(", ")}, got ${rank}`,
    );
  const rate = decision.runScores?.rates?.find((one) => one.rank === rank)?.rate;
  const unknown = ["alpha", "layers", ...(rate === undefined ? ["learning rate"] : []), "epochs and batch"];
  return {
    recipe: {
      rank,
      optimizer: rate === undefined ? {} : { learningRate: rate },
      remarks: [
        `The evidence does not say how its runs were trained: ${unknown.join(", ")} are those of your own runs. ` +
          "The rank was compared with those settings.",
      ],
    },
    heading: `Rank ${rank}, ${originOf(rank, decision, `of ${ranks.join(", ")} by the verdict on ${path}`)}.`,
  };
}

/** Says in words why a rank is in a recipe: recommended, proven, or the choice of `--rank`. */
export function originOf(rank: number, decision: Decision, of: string): string {
  if (rank === decision.rank)
    return `recommended ${of}. ${inWords(claimsOf(decision).slice(0, 1)).replace(/\.$/, "")}`;
  if (rank === rankToUse(decision)) return `proven to be enough, ${of}; a smaller one may be too`;
  const other = decision.rank === null ? "none is" : `rank ${decision.rank} is`;
  return `as asked for, ${of}; ${other} recommended`;
}

/** The rank to use. Throws E_CONFIG where there is none; `who` begins the sentence that says why. */
export function usedRank(decision: Decision, who: string): number {
  const rank = rankToUse(decision);
  if (rank !== null && rank > 0) return rank;
  const answer = claimsOf(decision).filter(({ kind }, index) => index === 0 || kind === "best-bet");
  const why =
    rank === null
      ? `recommends no rank, as its verdict is ${decision.verdict}\n${inWords(answer)}`
      : "recommends rank 0, the head alone, which no LoRA config says";
  throw new InputError("E_CONFIG", `--rank must be given: ${who} ${why}`);
}
