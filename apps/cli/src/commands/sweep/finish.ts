import { basename } from "node:path";
import { type ConsumerWarning, classesOf, consumerWarnings } from "@lorank/checkpoint";
import { writeFileAtomic } from "@lorank/checkpoint/disk";
import { counted, firstOf } from "@lorank/core";
import {
  type Claim,
  claimsOf,
  type Decision,
  limitsPage,
  type Results,
  rankToUse,
  type SearchSummary,
  type TestScore,
} from "@lorank/evidence/results";
import { renderReport } from "@lorank/report";
import type { SweepOutcome } from "@lorank/sweep";
import type { PublishedAdapter } from "@lorank/sweep/folder";
import type { End } from "../../command.ts";
import { adviceOn, exitCode } from "../../errors.ts";
import { printWarnings } from "../../model/read-adapter.ts";
import { adapterIn } from "../../model/serving.ts";
import type { Page } from "../../output.ts";
import { joinShown } from "../../paths.ts";
import { firstCommand, printSteps, type StepDocument } from "../../results/steps.ts";
import { printVerdict, type RankDocument, rankDocuments, renderRankTable } from "../../results/verdict.ts";
import { type SweepCommands, shellCommand } from "../../settings/saved-settings.ts";
import type { ReadySweep } from "../../sweep/ready-sweep.ts";
import type { LearnedDocument } from "../../sweep/trials.ts";
import { plainText, shellWord, wrap } from "../../text.ts";
import { exampleTools } from "../../tools/tools.ts";
import { reportOptions } from "../report/report.ts";
import { type FailedSweepDocument, messagesOf, printFailed, trialsFailed } from "./unfinished.ts";

/** Advice for ranks that ran out of memory; undefined where none did. To run them again is a next step. */
function memoryAdvice({ trials }: Pick<Results, "trials">): string | undefined {
  const lacking = trials.filter(({ status }) => status === "out-of-memory");
  if (lacking.length === 0) return undefined;
  const ranks = [...new Set(lacking.map(({ spec }) => spec.lora.rank))];
  return (
    `Out of memory: ${ranks.length === 1 ? "rank" : "ranks"} ${ranks.join(", ")}. What a rank takes, and what saves memory:\n` +
    `  lorank memory MODEL --ranks ${ranks.join(",")}\n` +
    "A smaller batch or a shorter length is another sweep (--out)."
  );
}

/** A sweep that ran to its end. */
interface EndedSweep {
  readonly sweep: ReadySweep;
  readonly outcome: SweepOutcome;
  readonly commands: SweepCommands;
  readonly settings: { readonly "require-conclusive"?: boolean; readonly all?: boolean };
}

/** Writes the report of a sweep that ran to its end, and makes the end. */
export function finish(ended: EndedSweep): End<FinishedSweepDocument | FailedSweepDocument> {
  const { sweep, outcome, commands, settings } = ended;
  const { failed } = outcome;
  if (outcome.results === null) return trialsFailed(failed, { ...sweep, commands });
  const verdict = verdictOf(ended, outcome.results);
  return {
    document: documentOf(verdict),
    exit: exitOf(ended, verdict),
    view: (page) => view(verdict, page, settings.all === true),
  };
}

function exitOf({ outcome, settings }: EndedSweep, { results, unwritten }: Verdict): number {
  if (settings["require-conclusive"] === true && results.decision.verdict === "inconclusive")
    return exitCode.inconclusive;
  if (outcome.failed.length > 0) return exitCode.failedTrials;
  const isWhole = unwritten === undefined && outcome.unpublished.length === 0;
  return isWhole ? exitCode.done : exitCode.failed;
}

function view(verdict: Verdict, page: Page, all: boolean): void {
  const { sweep, outcome, results } = verdict;
  print(verdict, page, all);
  const advice = memoryAdvice(results);
  if (advice !== undefined) page.note(`\n${advice}`);
  if (outcome.failed.length > 0) {
    page.fail(`\n${counted(outcome.failed.length, "trial")} failed; the verdict is on the other ranks.`);
    printFailed(outcome.failed, sweep.out, page);
  }
}

/** Facts about a sweep with a verdict. */
interface Verdict {
  readonly sweep: ReadySweep;
  readonly outcome: SweepOutcome;
  readonly results: Results;
  readonly claims: readonly Claim[];
  readonly files: { readonly report: string; readonly results: string; readonly adapters: string };
  /** Adapters, their folders as they are shown. */
  readonly adapters: readonly PublishedAdapter[];
  /** Why the report could not be written. */
  readonly unwritten: string | undefined;
  /** Notes for serving the adapter to take, or the largest where no rank is named. */
  readonly serving: { readonly consumers: readonly ConsumerWarning[]; readonly vllmRank: string | null };
  /** The adapter has a classifier's head, which few programs serve. */
  readonly isClassifier: boolean;
  readonly steps: readonly StepDocument[];
}

/** Collects the facts, and writes the report, which needs most of them. */
function verdictOf({ sweep, outcome, commands }: EndedSweep, results: Results): Verdict {
  const { out } = sweep;
  const files = {
    report: joinShown(out, "report.html"),
    results: joinShown(out, "results.json"),
    adapters: joinShown(out, "adapters"),
  };
  const options = reportOptions(results, out, outcome.adapters);
  const html = renderReport(results, { command: shellCommand(commands.whole), ...options });
  const unwritten = problemOf(() => writeFileAtomic(files.report, html));
  const claims = claimsOf(results);
  const { adapters, steps } = options;
  const used = rankToUse(results.decision);
  const vllmRank = adapters.find(({ rank }) => rank === used)?.note ?? null;
  const { consumers, isClassifier } = consumersOf(outcome, used);
  const serving = { consumers, vllmRank };
  return { sweep, outcome, results, claims, files, adapters, unwritten, serving, isClassifier, steps };
}

/** A sweep with a verdict. */
export interface FinishedSweepDocument extends Partial<LearnedDocument> {
  readonly status: "complete";
  readonly verdict: Decision;
  /** Score on the test examples of the rank that the verdict names. */
  readonly test?: Omit<TestScore, "runs">;
  readonly ranks: readonly RankDocument[];
  readonly files: Verdict["files"];
  readonly out: string;
  readonly adapters: readonly Pick<PublishedAdapter, "rank" | "seed" | "folder">[];
  /** Adapters that could not be written. */
  readonly unpublished?: readonly { readonly rank: number; readonly message: string }[];
  readonly portable: boolean;
  readonly search?: SearchSummary;
  readonly consumers: readonly ConsumerWarning[];
  /** The rank that vLLM serves the adapter as, in words; null where there is nothing to say. */
  readonly vllmRank: string | null;
  /** Growth of the first step with the rank. */
  readonly stepSize?: Extract<Claim, { readonly kind: "step-size" }>;
  /** Next steps, the first to be done first. */
  readonly steps: readonly StepDocument[];
  /** The first command of a next step. */
  readonly next?: string;
  /** Address of the page that says what no verdict can know. */
  readonly limits: string;
  readonly trials: number;
  readonly finishedNow: number;
  /** Ids of trials whose ranks are not compared, since all their runs failed. */
  readonly failed: readonly string[];
  /** Why, by id; absent if none failed. */
  readonly messages?: Readonly<Record<string, string>>;
  readonly disagreements: number;
}

/** A test without its outcomes by example, which are in results.json. */
function withoutRuns({ runs: _, ...test }: TestScore): Omit<TestScore, "runs"> {
  return test;
}

function documentOf(ended: Verdict): FinishedSweepDocument {
  const { sweep, outcome, results, claims, files, serving, steps } = ended;
  const { unpublished } = outcome;
  const { search } = results.sweep;
  const stepSize = claims.find((claim) => claim.kind === "step-size");
  return {
    status: "complete",
    verdict: results.decision,
    limits: limitsPage,
    ...(results.test === undefined ? {} : { test: withoutRuns(results.test) }),
    ranks: rankDocuments(results),
    files,
    out: sweep.out,
    adapters: outcome.adapters.map(({ rank, seed, folder }) => ({ rank, seed, folder })),
    ...(unpublished.length === 0
      ? {}
      : { unpublished: unpublished.map(({ rank, error }) => ({ rank, message: error.message })) }),
    ...sweep.learned,
    portable: sweep.portable,
    ...(search === undefined ? {} : { search }),
    ...serving,
    ...(stepSize === undefined ? {} : { stepSize }),
    steps,
    ...firstCommand(steps),
    trials: results.trials.length,
    finishedNow: outcome.finishedNow,
    failed: outcome.failed.map(({ trialId }) => trialId),
    ...(outcome.failed.length === 0 ? {} : { messages: messagesOf(outcome.failed) }),
    disagreements: outcome.disagreements.length,
  };
}

function print(verdict: Verdict, output: Page, all: boolean): void {
  const { sweep, outcome, results, claims, files, unwritten, serving, isClassifier, steps } = verdict;
  const { colours, columns } = output;
  if (outcome.finishedNow === 0 && outcome.failed.length === 0)
    output.note("Nothing to run: every trial has its result.\n");
  output.print(renderRankTable(results, colours, { columns: output.terminalColumns, all }));
  output.print();
  const figures = [
    ...(all ? [sweep.costWords(results)] : []),
    ...(sweep.scoreWords === undefined ? [] : [sweep.scoreWords]),
  ];
  if (figures.length > 0) output.print(`${colours.dim(wrap(figures.join(" "), columns))}\n`);
  printVerdict(results.decision, claims, output, all);
  if (outcome.disagreements.length > 0) {
    output.note(
      `Warning: ${counted(outcome.disagreements.length, "trial")} gave different results in different attempts. ` +
        "The first result stands; the others lie in attempts/.",
    );
  }
  if (unwritten === undefined) output.print(`report    ${files.report}`);
  else
    output.fail(
      `The report could not be written; lorank report ${shellWord(sweep.out)} makes it.\n${unwritten}`,
    );
  if (all) output.print(`results   ${files.results}`);
  printAdapters(verdict, output, all);
  if (serving.vllmRank !== null) output.print(`\n${wrap(serving.vllmRank, columns)}`);
  if (serving.consumers.length > 0 && (all || !isClassifier)) {
    output.print();
    printWarnings(serving.consumers, output);
  }
  if (steps.length > 0) output.print();
  printSteps(steps, output);
}

function printAdapters(
  { sweep, outcome, results, adapters, files }: Verdict,
  output: Page,
  all: boolean,
): void {
  const used = adapters.find(({ rank }) => rank === rankToUse(results.decision));
  const isListed = (one: PublishedAdapter): boolean =>
    all || (used === undefined ? one.leftOut !== undefined : one === used);
  const others = foldersOf(adapters.filter((one) => !isListed(one)));
  if (used === undefined && others !== "") output.print(`adapters  ${files.adapters}: ${others}`);
  const beside = others === "" ? "" : `, beside ${others}`;
  for (const one of adapters.filter(isListed)) {
    output.print(`adapter   ${one.folder}${one === used ? `  <- the one to take${beside}` : ""}`);
    const { leftOut = [] } = one;
    if (leftOut.length > 0) {
      const names = leftOut.map((name) => plainText(name).replaceAll("\n", " "));
      output.print(
        output.colours.dim(`          without links and what is not PEFT's: ${firstOf(names, 3)}`),
      );
    }
  }
  const { unpublished } = outcome;
  if (unpublished.length > 0) {
    const ranks = unpublished.map(({ rank }) => rank).join(", ");
    const what = unpublished.length === 1 ? `adapter of rank ${ranks}` : `adapters of ranks ${ranks}`;
    const reasons = new Set(unpublished.map(({ error }) => wordsOn(error)));
    const lines = [`The ${what} could not be handed out; the verdict stands.`, ...reasons];
    output.fail(plainText(lines.join("\n")));
  }
  if (used !== undefined)
    output.print(`config    lorank config ${shellWord(sweep.out)} --for ${exampleTools[0].name}`);
  if (sweep.fitsRandomBase) output.print("\nThese adapters fit the random base of this sweep only.");
}

/** "r8, r16, r32": the folders' names. */
function foldersOf(adapters: readonly PublishedAdapter[]): string {
  return adapters.map(({ folder }) => basename(folder)).join(", ");
}

/** Runs what must not hide results, which are safe by now. Returns its error's words. */
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

/** Reads the adapter to use, or the largest. Adapters differ in little but the rank. */
function consumersOf({ adapters }: SweepOutcome, used: number | null) {
  const one = adapters.find(({ rank }) => rank === used) ?? adapters.at(-1);
  const adapter = one && adapterIn(one.folder);
  if (adapter === undefined) return { consumers: [], isClassifier: false };
  return { consumers: consumerWarnings(adapter), isClassifier: classesOf(adapter) !== undefined };
}
