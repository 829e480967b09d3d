import { extname } from "node:path";
import { type DecideOptions, decide, decideResults } from "@lorank/core/decide";
import type { Decision, Results, TrialResult } from "@lorank/core/results";
import { exitCode } from "../exit-codes.ts";
import { createOutput, type Output, type OutputFlags } from "../output.ts";
import { type RawFlags, readFlags } from "../settings/read.ts";
import { decisionTable } from "./decision-table.ts";
import { readOutcomes } from "./read-outcomes.ts";
import { readResults } from "./read-results.ts";
import { printReturns, printStepSize, printTestScore, printVerdict } from "./verdict-words.ts";

/** Runs `lorank verdict` and returns what to exit with. */
export function runVerdictCommand(path: string, flags: OutputFlags & RawFlags): number {
  const output = createOutput(flags);
  const { "require-conclusive": requireConclusive = false, ...asked } = readFlags("verdict", flags);
  const { decision, trials, tested } = decisionOn(path, asked);
  output.document(decision);
  show(decision, output);
  printReturns({ decision, trials }, output);
  if (tested !== undefined) printTestScore({ ...tested, decision }, output);
  printStepSize(trials, output);
  const unmet = requireConclusive && decision.verdict === "inconclusive";
  return unmet ? exitCode.inconclusive : exitCode.done;
}

function show(decision: Decision, output: Output): void {
  output.print(decisionTable(decision, output.colours));
  output.print();
  printVerdict(decision, output);
  for (const { rank, reason } of decision.excluded ?? [])
    output.print(`Rank ${rank} was not compared: ${reason}`);
}

interface Judged {
  readonly decision: Decision;
  /** Empty where another trainer wrote the outcomes. */
  readonly trials: readonly TrialResult[];
  /** Of a sweep: what its own verdict had scored. */
  readonly tested?: Results;
}

function decisionOn(path: string, asked: DecideOptions): Judged {
  if ([".csv", ".tsv", ".jsonl"].includes(extname(path).toLowerCase()))
    return { decision: decide(readOutcomes(path), asked), trials: [] };
  const { results } = readResults(path);
  return { decision: decideResults(results, asked), trials: results.trials, tested: results };
}
