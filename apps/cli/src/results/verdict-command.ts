import { claimsOf, type Decision, limitsPage } from "@lorank/evidence/results";
import { exitCode } from "../errors.ts";
import { type CommandFlags, createOutput, type Output } from "../output.ts";
import { readFlags } from "../settings/read.ts";
import { wrap } from "../text.ts";
import { decideEvidence, type EvidenceOptions, sweepOptions } from "./evidence.ts";
import type { Judged } from "./judged-sweep.ts";
import { firstCommand, printSteps, type StepDocument, stepsOf } from "./steps.ts";
import { decisionTable, printVerdict } from "./verdict.ts";
import { readInWords, type WhatWasRead } from "./what-was-read.ts";

export interface VerdictDocument extends Decision {
  /** Absent for a sweep's results, and for one plain file. */
  readonly evidence?: WhatWasRead;
  /** The rank that vLLM serves the adapter to use as, in words. Absent where there is nothing to say. */
  readonly vllmRank?: string;
  /** Next steps, the first to be done first. */
  readonly steps: readonly StepDocument[];
  /** The first command of a next step. */
  readonly next?: string;
  /** Address of the page that says what no verdict can know. */
  readonly limits: string;
}

export async function runVerdictCommand(
  paths: readonly string[],
  flags: CommandFlags,
  output: Output = createOutput(flags),
): Promise<number> {
  const { "require-conclusive": requireConclusive = false, all, ...options } = readFlags("verdict", flags);
  const { decision, claims, read, vllmRank, steps } = await decisionOn(paths, options, output);
  output.document<VerdictDocument>({
    ...decision,
    ...(read === undefined ? {} : { evidence: read }),
    ...(vllmRank === undefined ? {} : { vllmRank }),
    steps,
    ...firstCommand(steps),
    limits: limitsPage,
  });
  output.print(decisionTable(decision, output.colours));
  output.print();
  if (read !== undefined) output.print(`${wrap(readInWords(read), Math.min(output.columns, 100))}\n`);
  printVerdict(decision, claims, output, all);
  if (vllmRank !== undefined) output.print(`${wrap(vllmRank, Math.min(output.columns, 100))}\n`);
  printSteps(steps, output);
  const unmet = requireConclusive && decision.verdict === "inconclusive";
  return unmet ? exitCode.inconclusive : exitCode.done;
}

async function decisionOn(paths: readonly string[], flags: EvidenceOptions, output: Output): Promise<Judged> {
  const evidence = await decideEvidence(paths, flags, output);
  if (evidence !== undefined)
    return { ...evidence, claims: claimsOf(evidence.decision), steps: stepsOf(evidence.decision) };
  const { judgedSweep } = await import("./judged-sweep.ts");
  return judgedSweep(paths[0]!, sweepOptions(flags), output);
}
