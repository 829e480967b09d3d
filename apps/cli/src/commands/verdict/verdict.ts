import {
  type ByArm,
  claimsOf,
  comparedIn,
  type Decision,
  limitsPage,
  nextSteps,
  withArmNames,
} from "@lorank/evidence/results";
import type { Input } from "../../command.ts";
import { exitCode } from "../../exit-code.ts";
import type { Messages, Page } from "../../output.ts";
import { decideEvidence, sweepOptions } from "../../results/evidence.ts";
import type { Judged } from "../../results/judged-sweep.ts";
import { firstCommand, printSteps, type StepDocument } from "../../results/steps.ts";
import { decisionTable, printVerdict } from "../../results/verdict.ts";
import { readInWords, type WhatWasRead } from "../../results/what-was-read.ts";
import { wrap } from "../../text.ts";
import type { VerdictSettings } from "./command.ts";

/** Verdict with what was read and the next steps; `ByArm`, if arms are compared in place of ranks. */
export type VerdictDocument = RankVerdict | ByArm<RankVerdict>;

interface RankVerdict extends Decision {
  /** Summary of the runs, files and examples read; absent for a sweep's results or a single plain file. */
  readonly evidence?: WhatWasRead;
  /** Note on the rank under which vLLM serves the adapter; absent if there is nothing to say. */
  readonly vllmRank?: string;
  /** Next steps, most urgent first. */
  readonly steps: readonly StepDocument[];
  /** First next step's command. */
  readonly next?: string;
  /** Address of the page on what no verdict can show. */
  readonly limits: string;
}

type VerdictInput = Input<VerdictSettings, readonly [results: readonly string[]]>;

export async function run({ settings, names: [paths] }: VerdictInput, output: Messages): Promise<Judged> {
  const { "require-conclusive": _, all: __, ...options } = settings;
  const evidence = await decideEvidence(paths, options, output);
  if (evidence !== undefined) {
    const claims = claimsOf(evidence.decision);
    // Next steps without commands, since no `lorank` command changes another trainer.
    return { ...evidence, claims, steps: nextSteps(claims).map(({ kind, words }) => ({ kind, words })) };
  }
  const { judgedSweep } = await import("../../results/judged-sweep.ts");
  return judgedSweep(paths[0]!, sweepOptions(options), output);
}

export function document({ decision, read, vllmRank, steps }: Judged): VerdictDocument {
  const verdict: RankVerdict = {
    ...decision,
    ...(read === undefined ? {} : { evidence: read }),
    ...(vllmRank === undefined ? {} : { vllmRank }),
    steps,
    ...firstCommand(steps),
    limits: limitsPage,
  };
  return withArmNames(verdict, decision);
}

export function view(
  { decision, claims, read, vllmRank, steps }: Judged,
  page: Page,
  { settings: { all } }: VerdictInput,
): void {
  page.print(decisionTable(decision, page.colours, page.terminalColumns));
  page.print();
  if (read !== undefined)
    page.print(`${wrap(readInWords(read, comparedIn(decision)), Math.min(page.columns, 100))}\n`);
  printVerdict(decision, claims, page, all);
  if (vllmRank !== undefined) page.print(`${wrap(vllmRank, Math.min(page.columns, 100))}\n`);
  printSteps(steps, page);
}

export function exit({ decision }: Judged, { settings }: VerdictInput): number {
  const isUnmet = settings["require-conclusive"] === true && decision.verdict === "inconclusive";
  return isUnmet ? exitCode.inconclusive : exitCode.done;
}
