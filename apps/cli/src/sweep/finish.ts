import { type ConsumerWarning, consumerWarnings } from "@lorank/checkpoint";
import { readPeftAdapter, writeFileAtomic } from "@lorank/checkpoint/files";
import { isInputError } from "@lorank/core";
import { claimsOf, type Results, rankRows, rankToUse, type TestScore } from "@lorank/core/results";
import { renderReport } from "@lorank/report";
import { isCommandConfig, type SweepOutcome, trialName } from "@lorank/sweep";
import { trialId } from "@lorank/train/spec";
import { configsOf } from "../config/configs-of.ts";
import { adviceOn } from "../errors.ts";
import { exitCode } from "../exit-codes.ts";
import type { Output } from "../output.ts";
import { joinShown, shownAdapters } from "../paths.ts";
import { printVerdict } from "../results/verdict-words.ts";
import { type SweepCommands, shellCommand } from "../settings/command-words.ts";
import { counted, plainText, shellWord, wrap } from "../text.ts";
import { printWarnings } from "../warnings.ts";
import { learnedDocument } from "./announce.ts";
import { nextStep } from "./next-command.ts";
import type { AnySweep } from "./prepare.ts";
import { rankDocuments, renderRankTable } from "./rank-table.ts";

export interface FinishOptions {
  readonly prepared: AnySweep;
  readonly outcome: SweepOutcome;
  /** Messages of failed trials, by id. */
  readonly messages: ReadonlyMap<string, string>;
  readonly output: Output;
  readonly commands: SweepCommands;
  readonly flags: { readonly requireConclusive?: boolean };
}

/** Shows the outcome of a sweep that ran to its end, writes the report, and returns what to exit with. */
export function finish(options: FinishOptions): number {
  const { outcome } = options;
  return outcome.results === null ? withFailures(options) : withResults(options, outcome.results);
}

function withResults(
  { prepared, outcome, output, commands, flags }: FinishOptions,
  results: Results,
): number {
  const { out } = prepared;
  const files = {
    report: joinShown(out, "report.html"),
    results: joinShown(out, "results.json"),
    adapters: joinShown(out, "adapters"),
  };
  const { decision } = results;
  const used = rankToUse(decision);
  const adapters = shownAdapters(outcome.adapters, out);
  const html = renderReport(results, {
    command: shellCommand(commands.whole),
    configs: configsOf(results, out),
    adapters,
  });
  const unwritten = problemOf(() => writeFileAtomic(files.report, html));
  const claims = claimsOf(results);
  const stepSize = claims.find(({ kind }) => kind === "step-size");
  const secondsPerSeed = secondsOfSeed(results, prepared.run.trialsAtOnce);
  const isUnfinished = decision.race !== undefined && decision.race.stopped === undefined;
  const next = isUnfinished
    ? { words: "The time is up. This goes on.", command: shellCommand(commands.resume) }
    : nextStep(claims, { commands, out, secondsPerSeed });
  const { colours, columns } = output;
  if (outcome.finishedNow === 0) output.note("Nothing to run: every trial has its result.\n");
  output.print(renderRankTable(results, colours, process.stdout.columns ?? Number.POSITIVE_INFINITY));
  output.print();
  const { config } = prepared.plan;
  const base = "base" in config ? config.base : undefined;
  output.print(colours.dim(wrap(costsExplained(results, config), columns)));
  output.print();
  printVerdict(decision, claims, output);
  if (outcome.disagreements.length > 0) {
    output.note(
      `Warning: ${counted(outcome.disagreements.length, "trial")} gave different results in different attempts. ` +
        "The first result stands; the others lie in attempts/.",
    );
  }
  output.print();
  if (unwritten === undefined) output.print(`report    ${files.report}`);
  else
    output.fail(`The report could not be written; lorank report ${shellWord(out)} makes it.\n${unwritten}`);
  output.print(`results   ${files.results}`);
  for (const { rank, folder, leftOut = [] } of adapters) {
    const mark = rank === used ? "  <- the one to take" : "";
    output.print(`adapter   ${folder}${mark}`);
    if (leftOut.length > 0)
      output.print(colours.dim(`          without links and what is not PEFT's: ${firstOf(leftOut)}`));
  }
  sayUnpublished(outcome, output);
  if (used) output.print(`config    lorank config ${shellWord(out)} --for axolotl`);
  if (base?.kind === "random") {
    output.print("\nThese adapters fit the random base of this sweep only.");
  }
  const consumers = warningsOf(outcome, used);
  output.print();
  printWarnings(consumers, output);
  if (next !== undefined) {
    output.print(wrap(`\nNext: ${next.words}`, columns));
    if (next.command !== undefined) output.print(`  ${next.command}`);
  }
  output.document({
    status: "complete",
    verdict: decision,
    ...testOf(results),
    ranks: rankDocuments(results),
    files,
    out,
    adapters: outcome.adapters.map(({ rank, seed, folder }) => ({ rank, seed, folder })),
    ...unpublishedDocument(outcome),
    ...("cut" in prepared ? learnedDocument(prepared) : {}),
    portable: "portable" in prepared && prepared.portable,
    ...(results.sweep.search === undefined ? {} : { search: results.sweep.search }),
    consumers,
    ...(stepSize === undefined ? {} : { stepSize }),
    ...(next?.command === undefined ? {} : { next: next.command }),
    trials: results.trials.length,
    finishedNow: outcome.finishedNow,
    failed: [],
    disagreements: outcome.disagreements.length,
  });
  const wanted = flags.requireConclusive === true && decision.verdict === "inconclusive";
  if (wanted) return exitCode.inconclusive;
  return unwritten === undefined && outcome.unpublished.length === 0 ? exitCode.done : exitCode.failed;
}

/** The first three names, and how many more there are. */
function firstOf(names: readonly string[]): string {
  const more = names.length - 3;
  const shown = names.slice(0, 3).map((name) => plainText(name).replaceAll("\n", " "));
  return `${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** The results are safe when this is called: what goes wrong now must not hide them. */
function problemOf(write: () => void): string | undefined {
  try {
    write();
    return undefined;
  } catch (error) {
    return wordsOn(error as Error);
  }
}

function wordsOn(error: Error): string {
  return [error.message, adviceOn(error) ?? []].flat().join("\n");
}

function sayUnpublished({ unpublished }: SweepOutcome, output: Output): void {
  if (unpublished.length === 0) return;
  const ranks = unpublished.map(({ rank }) => rank).join(", ");
  const what = unpublished.length === 1 ? `adapter of rank ${ranks}` : `adapters of ranks ${ranks}`;
  const reasons = new Set(unpublished.map(({ error }) => wordsOn(error)));
  const lines = [`The ${what} could not be handed out; the verdict stands.`, ...reasons];
  output.fail(plainText(lines.join("\n")));
}

function unpublishedDocument({ unpublished }: SweepOutcome): object {
  if (unpublished.length === 0) return {};
  return { unpublished: unpublished.map(({ rank, error }) => ({ rank, message: error.message })) };
}

/** What all compared ranks take under one seed, so many trials side by side. */
function secondsOfSeed(results: Results, trialsAtOnce: number): number {
  const seconds = rankRows(results).map(({ summary, costs }) =>
    summary ? (costs?.secondsPerTrial ?? 0) : 0,
  );
  return seconds.reduce((sum, one) => sum + one, 0) / Math.min(trialsAtOnce, seconds.length);
}

/** The test score without its outcomes by example, which are in results.json. */
function testOf({ test }: Results): { test?: Omit<TestScore, "runs"> } {
  if (test === undefined) return {};
  const { runs: _, ...score } = test;
  return { test: score };
}

/** What the figures of the table are. */
function costsExplained(results: Results, config: AnySweep["plan"]["config"]): string {
  if (isCommandConfig(config)) {
    const hasPeak = results.trials.some(({ measured }) => measured.peakResidentBytes !== undefined);
    return `Time is the median of the completed trials${hasPeak ? ", peak memory as the trainer reports it" : ""}.`;
  }
  return (
    "Peak memory is of a trial's whole process, time the median of the completed trials." +
    (config.task.kind === "classification"
      ? ""
      : " Accuracy is the share of a response's tokens predicted right, log loss the mean over them; both are means over examples.")
  );
}

/** Warnings of the adapter to use, or of the largest. Adapters differ in little but the rank. */
function warningsOf({ adapters }: SweepOutcome, used: number | null): ConsumerWarning[] {
  const one = adapters.find(({ rank }) => rank === used) ?? adapters.at(-1);
  try {
    return one === undefined ? [] : consumerWarnings(readPeftAdapter(one.folder));
  } catch (error) {
    // Another trainer's adapter may have what is not read here.
    if (isInputError(error)) return [];
    throw error;
  }
}

function withFailures({ prepared, outcome, messages, output, commands }: FinishOptions): number {
  const command = shellCommand(commands.resume);
  const { out } = prepared;
  output.fail(
    `${counted(outcome.failed.length, "trial")} of ${prepared.plan.specs.length} failed; there is no verdict.`,
  );
  const names = new Map(prepared.plan.specs.map((spec) => [trialId(spec), trialName(spec)]));
  for (const id of outcome.failed)
    output.fail(`  ${names.get(id) ?? id.slice(0, 12)}: ${plainText(messages.get(id) ?? "no message")}`);
  for (const advice of new Set(outcome.failed.map((id) => adviceOn(messages.get(id)))))
    if (advice !== undefined) output.fail(advice);
  output.fail(
    `What is done stays. What they printed:\n  ${shellCommand(["logs", out])}\nTo try them again:\n  ${command}`,
  );
  output.document({
    status: "failed",
    out,
    failed: outcome.failed,
    messages: Object.fromEntries(messages),
    resume: command,
  });
  return exitCode.failedTrials;
}
