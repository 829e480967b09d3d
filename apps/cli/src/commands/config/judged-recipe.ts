import { existsSync, statSync } from "node:fs";
import { readTextFile } from "@lorank/checkpoint/disk";
import { InputError } from "@lorank/core";
import { claimsOf, comparedIn, type Decision, inWords, rankToUse } from "@lorank/evidence/results";
import type { Messages } from "../../output.ts";
import { decideEvidence } from "../../results/evidence.ts";
import type { Recipe } from "../../tools/writing.ts";

export interface FoundRecipe {
  readonly recipe: Recipe;
  readonly heading: string;
}

/**
 * Decision on outcomes or scores, or in a saved verdict document; undefined for another path. Throws as
 * `decideEvidence`.
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
    return undefined; // invalid JSON is left to the reader of outcomes, which reports it
  }
}

/**
 * Recipe of the recommended rank, from a verdict on any trainer's runs. Training settings are unknown, except perhaps
 * the learning rate.
 * @param flag rank in place of the recommended.
 * @throws `E_CONFIG` for a rank outside the verdict, or without a recommended or proven rank and `flag`.
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

export function originOf(rank: number, decision: Decision, of: string): string {
  const { name } = comparedIn(decision);
  if (rank === decision.rank)
    return `recommended ${of}. ${inWords(claimsOf(decision).slice(0, 1)).replace(/\.$/, "")}`;
  if (rank === rankToUse(decision)) return `proven to be enough, ${of}; a smaller one may be too`;
  const other = decision.rank === null ? "none is" : `${name(decision.rank)} is`;
  return `as asked for, ${of}; ${other} recommended`;
}

/** Recommended or else proven rank, above 0. Throws `E_CONFIG` if there is none; `who` begins the message. */
export function usedRank(decision: Decision, who: string): number {
  const rank = rankToUse(decision);
  if (rank !== null && rank > 0) return rank;
  const answer = claimsOf(decision).filter(({ kind }, index) => index === 0 || kind === "best-bet");
  const why =
    rank === null
      ? `recommends no ${comparedIn(decision).one}, as its verdict is ${decision.verdict}\n${inWords(answer)}`
      : "recommends rank 0, the head alone, which no LoRA config says";
  const rule = comparedIn(decision).isNamed
    ? "the folder of an arm's adapter must be named"
    : "--rank must be given";
  throw new InputError("E_CONFIG", `${rule}: ${who} ${why}`);
}
