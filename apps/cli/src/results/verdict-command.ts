import { type DecideOptions, decide, decideResults } from "@lorank/core/decide";
import { type Claim, claimsOf, type Decision } from "@lorank/core/results";
import { isOutcomes } from "@lorank/sweep/outcomes";
import { exitCode } from "../exit-codes.ts";
import { type CommandFlags, createOutput, type Display } from "../output.ts";
import { readFlags } from "../settings/read.ts";
import { decisionTable } from "./quality-columns.ts";
import { readOutcomes, readResults } from "./read-results.ts";
import { printNext, printVerdict } from "./verdict-words.ts";

/** Runs `lorank verdict` and returns what to exit with. */
export async function runVerdictCommand(path: string, flags: CommandFlags): Promise<number> {
  const output = createOutput(flags);
  const { "require-conclusive": requireConclusive = false, ...options } = readFlags("verdict", flags);
  const { decision, claims } = await decisionOn(path, options, output);
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

async function decisionOn(path: string, options: DecideOptions, display: Display): Promise<Judged> {
  if (isOutcomes(path)) {
    const decision = decide(await readOutcomes(path, display), options);
    return { decision, claims: claimsOf(decision) };
  }
  const { results } = readResults(path);
  const decision = decideResults(results, options);
  return { decision, claims: claimsOf({ ...results, decision }) };
}
