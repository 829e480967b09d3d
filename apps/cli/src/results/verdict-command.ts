import { extname } from "node:path";
import {
  type DecideOptions,
  type Decision,
  decide,
  InputError,
  type MetricName,
  type OutcomeTable,
  outcomesFromTrials,
  type TrialResult,
} from "@lorank/core";
import { exitCode } from "../exit-codes.ts";
import { createOutput, type Output, type OutputFlags } from "../output.ts";
import { decisionTable } from "./decision-table.ts";
import { readOutcomes } from "./read-outcomes.ts";
import { readResults } from "./read-results.ts";
import { printStepSize, printVerdict } from "./verdict-words.ts";

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
  const { outcomes, settings, trials } = readTable(path);
  const decision = decide(outcomes, { ...inherited(settings, asked), ...asked });
  output.document(decision);
  show(decision, output);
  printStepSize(trials, output);
  const unmet = flags.requireConclusive === true && decision.verdict === "inconclusive";
  return unmet ? exitCode.inconclusive : exitCode.done;
}

/** What the sweep was judged by. Its margin is in the unit of its metric, so it does not carry over to another. */
function inherited(settings: Required<DecideOptions> | undefined, asked: DecideOptions): DecideOptions {
  if (settings === undefined) return {};
  const { margin: _, ...others } = settings;
  return asked.metric === undefined || asked.metric === settings.metric ? settings : others;
}

function show(decision: Decision, output: Output): void {
  output.print(decisionTable(decision, output.colours));
  output.print();
  printVerdict(decision, output);
  for (const { rank, reason } of decision.excluded ?? [])
    output.print(`Rank ${rank} was not compared: ${reason}`);
}

interface Table {
  readonly outcomes: OutcomeTable;
  readonly settings?: Required<DecideOptions>;
  /** Empty where another trainer wrote the outcomes. */
  readonly trials: readonly TrialResult[];
}

function readTable(path: string): Table {
  if ([".csv", ".tsv", ".jsonl"].includes(extname(path).toLowerCase()))
    return { outcomes: readOutcomes(path), trials: [] };
  const { results } = readResults(path);
  const { metric, margin, confidence } = results.sweep;
  const { trials } = results;
  return { outcomes: outcomesFromTrials(trials), settings: { metric, margin, confidence }, trials };
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
