import { extname } from "node:path";
import { type DecideOptions, decide, decideResults } from "@lorank/core/decide";
import { type Claim, claimsOf, type Decision } from "@lorank/core/results";
import { exitCode } from "../exit-codes.ts";
import { createOutput, type OutputFlags } from "../output.ts";
import { type RawFlags, readFlags } from "../settings/read.ts";
import { decisionTable } from "./decision-table.ts";
import { readOutcomes } from "./read-outcomes.ts";
import { readResults } from "./read-results.ts";
import { printNext, printVerdict } from "./verdict-words.ts";

/** Runs `lorank verdict` and returns what to exit with. */
export function runVerdictCommand(path: string, flags: OutputFlags & RawFlags): number {
  const output = createOutput(flags);
  const { "require-conclusive": requireConclusive = false, ...asked } = readFlags("verdict", flags);
  const { decision, claims } = decisionOn(path, asked);
  output.document(decision);
  output.print(decisionTable(decision, output.colours));
  output.print();
  printVerdict(decision, claims, output);
  printNext(claims, output);
  const unmet = requireConclusive && decision.verdict === "inconclusive";
  return unmet ? exitCode.inconclusive : exitCode.done;
}

interface Judged {
  readonly decision: Decision;
  readonly claims: readonly Claim[];
}

function decisionOn(path: string, asked: DecideOptions): Judged {
  if ([".csv", ".tsv", ".jsonl"].includes(extname(path).toLowerCase())) {
    const decision = decide(readOutcomes(path), asked);
    return { decision, claims: claimsOf(decision) };
  }
  const { results } = readResults(path);
  const decision = decideResults(results, asked);
  return { decision, claims: claimsOf({ ...results, decision }) };
}
