import { extname } from "node:path";
import {
  type DecideOptions,
  type Decision,
  decide,
  decideResults,
  InputError,
  type MetricName,
  type Results,
  type TrialResult,
} from "@lorank/core";
import { exitCode } from "../exit-codes.ts";
import { createOutput, type Output, type OutputFlags } from "../output.ts";
import { decisionTable } from "./decision-table.ts";
import { readOutcomes } from "./read-outcomes.ts";
import { readResults } from "./read-results.ts";
import { printReturns, printStepSize, printTestScore, printVerdict } from "./verdict-words.ts";

export interface VerdictFlags extends OutputFlags {
  readonly metric?: string | boolean;
  readonly margin?: string | boolean;
  readonly confidence?: string | boolean;
  readonly requireConclusive?: string | boolean;
}

/** Runs `lorank verdict` and returns what to exit with. */
export function runVerdictCommand(path: string, flags: VerdictFlags): number {
  const output = createOutput(flags);
  const asked = readOptions(flags);
  const { decision, trials, tested } = decisionOn(path, asked);
  output.document(decision);
  show(decision, output);
  printReturns({ decision, trials }, output);
  if (tested !== undefined) printTestScore({ ...tested, decision }, output);
  printStepSize(trials, output);
  const unmet = flags.requireConclusive === true && decision.verdict === "inconclusive";
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

function readOptions(flags: VerdictFlags): DecideOptions {
  const problems: string[] = [];
  const number = (key: "margin" | "confidence"): number | undefined => {
    const text = flags[key];
    if (typeof text !== "string") return undefined;
    const value = Number(text);
    if (text.trim() !== "" && Number.isFinite(value)) return value;
    problems.push(`--${key} must be a number, got ${JSON.stringify(text)}`);
    return undefined;
  };
  const { metric } = flags;
  const isMetric = (name: unknown): name is MetricName => name === "accuracy" || name === "log-loss";
  if (typeof metric === "string" && !isMetric(metric)) {
    problems.push(`--metric must be accuracy or log-loss, got ${JSON.stringify(metric)}`);
  }
  const margin = number("margin");
  const confidence = number("confidence");
  if (problems.length > 0) throw new InputError("E_CONFIG", problems.join("\n"));
  return {
    ...(isMetric(metric) ? { metric } : {}),
    ...(margin === undefined ? {} : { margin }),
    ...(confidence === undefined ? {} : { confidence }),
  };
}
