import { dirname } from "node:path";
import { type DecideOptions, decideResults } from "@lorank/evidence";
import { type Claim, claimsOf, type Decision } from "@lorank/evidence/results";
import { publishedAdapters } from "@lorank/sweep/folder";
import { usedRankNote } from "../model/serving.ts";
import type { Messages } from "../output.ts";
import { stepsIn } from "./next-steps.ts";
import { olderResultsNote, readResults } from "./read-results.ts";
import type { StepDocument } from "./steps.ts";
import type { WhatWasRead } from "./what-was-read.ts";

export interface Judged {
  readonly decision: Decision;
  readonly claims: readonly Claim[];
  /** Summary of the files and examples read; absent for a sweep's results or a single plain file. */
  readonly read?: WhatWasRead | undefined;
  readonly vllmRank?: string | undefined;
  readonly steps: readonly StepDocument[];
}

/** Decides a sweep's saved results. Throws as `readResults` and `decideResults`. */
export function judgedSweep(path: string, options: DecideOptions, output: Messages): Judged {
  const { results, file } = readResults(path);
  const older = olderResultsNote(file, results);
  if (older !== undefined) output.note(older);
  const decision = decideResults(results, options);
  const judged = { ...results, decision };
  const folder = dirname(file);
  const vllmRank = usedRankNote(publishedAdapters(folder, results.trials), decision);
  return { decision, claims: claimsOf(judged), vllmRank, steps: stepsIn(folder, judged) };
}
