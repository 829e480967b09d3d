import { basename } from "node:path";
import { type ConsumerWarning, classesOf, consumerWarnings } from "@lorank/checkpoint";
import { writeFileAtomic } from "@lorank/checkpoint/disk";
import { counted, firstOf } from "@lorank/core";
import {
  type ByArm,
  type Claim,
  claimsOf,
  comparedIn,
  type Decision,
  limitsPage,
  type Results,
  type SearchSummary,
  type TestScore,
  withArmNames,
} from "@lorank/evidence/results";
import { renderReport } from "@lorank/report";
import type { SweepOutcome } from "@lorank/sweep";
import type { PublishedAdapter } from "@lorank/sweep/folder";
import type { End } from "../../command.ts";
import { adviceOn } from "../../errors.ts";
import { exitCode } from "../../exit-code.ts";
import { printWarnings } from "../../model/read-adapter.ts";
import { adapterIn, adapterToUse } from "../../model/serving.ts";
import type { Page } from "../../output.ts";
import { joinShown } from "../../paths.ts";
import { firstCommand, printSteps, type StepDocument } from "../../results/steps.ts";
import { printVerdict, type RankDocument, rankDocuments, renderRankTable } from "../../results/verdict.ts";
import type { SweepCommands } from "../../settings/saved-settings.ts";
import { shellCommand } from "../../shell-command.ts";
import type { ReadySweep } from "../../sweep/ready-sweep.ts";
import type { LearnedDocument } from "../../sweep/trials.ts";
import { plainText, shellWord, wrap } from "../../text.ts";
import { exampleTools } from "../../tools/tools.ts";
import { reportOptions } from "../report/report.ts";
import {
  type FailedSweepDocument,
  messagesOf,
  printFailed,
  ranksInWords,
  trialsFailed,
} from "./unfinished.ts";

/** Advice for ranks out of memory, otherwise undefined. */
function memoryAdvice({ trials, sweep }: Pick<Results, "trials" | "sweep">): string | undefined {
  const lacking = trials.filter(({ status }) => status === "out-of-memory");
  if (lacking.length === 0) return undefined;
  const ranks = [...new Set(lacking.map(({ spec }) => spec.lora.rank))];
  const compared = comparedIn(sweep);
  const lost = [...new Set(lacking.map(({ spec }) => compared.numberOf(spec)))];
  return (
    `Out of memory: ${ranksInWords(lost, compared)}. What ${compared.oneOf} takes, and what saves memory:\n` +
    `  lorank memory MODEL --ranks ${ranks.join(",")}\n` +
    "A smaller batch or a shorter length is another sweep (--out)."
  );
}

interface EndedSweep {
  readonly sweep: ReadySweep;
  readonly outcome: SweepOutcome;
  readonly commands: SweepCommands;
  readonly settings: { readonly "require-conclusive"?: boolean; readonly all?: boolean };
}

export function finish({
  sweep,
  outcome,
  commands,
  settings,
}: EndedSweep): End<FinishedSweepDocument | ByArm<FinishedSweepDocument> | FailedSweepDocument> {
  const { results, failed, unpublished } = outcome;
  if (results === null) return trialsFailed(failed, { ...sweep, commands });
  const { out } = sweep;
  const files = {
    report: joinShown(out, "report.html"),
    results: joinShown(out, "results.json"),
    adapters: joinShown(out, "adapters"),
  };
  const options = reportOptions(results, out, outcome.adapters);
  const { adapters, steps } = options;
  const html = renderReport(results, { command: shellCommand(commands.whole), ...options });
  const unwritten = problemOf(() => writeFileAtomic(files.report, html));
  const claims = claimsOf(results);
  const stepSize = claims.find((claim) => claim.kind === "step-size");
  const { test } = results;
  const { search } = results.sweep;
  const { numberOf, many } = comparedIn(results.decision);
  const finished: FinishedSweepDocument = {
    status: "complete",
    verdict: results.decision,
    limits: limitsPage,
    ...(test && { test: withoutRuns(test) }),
    ranks: rankDocuments(results),
    files,
    out,
    adapters: outcome.adapters.map((one) => ({
      rank: numberOf(one),
      ...{ seed: one.seed, folder: one.folder },
    })),
    ...(unpublished.length > 0 && {
      unpublished: unpublished.map((one) => ({ rank: numberOf(one), message: one.error.message })),
    }),
    ...sweep.learned,
    portable: sweep.portable,
    ...(search && { search }),
    ...consumersOf(outcome, results.decision),
    vllmRank: adapterToUse(adapters, results.decision)?.note ?? null,
    ...(stepSize && { stepSize }),
    steps,
    ...firstCommand(steps),
    trials: results.trials.length,
    finishedNow: outcome.finishedNow,
    failed: failed.map(({ trialId }) => trialId),
    ...(failed.length > 0 && { messages: messagesOf(failed) }),
    disagreements: outcome.disagreements.length,
    ...(unwritten !== undefined && { unwritten }),
  };
  const { all = false, "require-conclusive": mustConclude = false } = settings;
  const isOpen = mustConclude && results.decision.verdict === "inconclusive";
  const isWhole = unwritten === undefined && unpublished.length === 0;
  const exit = failed.length > 0 ? exitCode.failedTrials : isWhole ? exitCode.done : exitCode.failed;
  return {
    document: withArmNames(finished, results.decision),
    exit: isOpen ? exitCode.inconclusive : exit,
    view(page) {
      print({ document: finished, sweep, results, claims, adapters, unpublished }, page, all);
      const advice = memoryAdvice(results);
      if (advice !== undefined) page.note(`\n${advice}`);
      if (failed.length === 0) return;
      page.fail(`\n${counted(failed.length, "trial")} failed; the verdict is on the other ${many}.`);
      printFailed(messagesOf(failed), out, page);
    },
  };
}

/** Document of a sweep with a verdict. */
export interface FinishedSweepDocument extends Partial<LearnedDocument> {
  readonly status: "complete";
  readonly verdict: Decision;
  /** Recommended rank's score on the test examples. */
  readonly test?: Omit<TestScore, "runs">;
  readonly ranks: readonly RankDocument[];
  readonly files: { readonly report: string; readonly results: string; readonly adapters: string };
  readonly out: string;
  readonly adapters: readonly Pick<PublishedAdapter, "rank" | "seed" | "folder">[];
  /** Ranks whose adapter could not be published, and why. */
  readonly unpublished?: readonly { readonly rank: number; readonly message: string }[];
  readonly portable: boolean;
  readonly search?: SearchSummary;
  /** Serving warnings on the recommended adapter, or the largest rank's if none is recommended. */
  readonly consumers: readonly ConsumerWarning[];
  /** Note on the rank under which vLLM serves the adapter; null if there is nothing to say. */
  readonly vllmRank: string | null;
  /** Claim that ranks differ in step size too: the first grows with the rank. */
  readonly stepSize?: Extract<Claim, { readonly kind: "step-size" }>;
  /** Next steps, most urgent first. */
  readonly steps: readonly StepDocument[];
  /** First next step's command. */
  readonly next?: string;
  /** Address of the page on what no verdict can show. */
  readonly limits: string;
  readonly trials: number;
  readonly finishedNow: number;
  /** Ids of failed trials. All trials of their ranks failed, so those ranks are not compared. */
  readonly failed: readonly string[];
  /** Error messages by trial id; absent if no trial failed. */
  readonly messages?: Readonly<Record<string, string>>;
  readonly disagreements: number;
  /** Tells if the adapter has a classification head, which few programs serve. */
  readonly isClassifier: boolean;
  /** Reason why the report could not be written. */
  readonly unwritten?: string;
}

function withoutRuns({ runs: _, ...test }: TestScore): Omit<TestScore, "runs"> {
  return test;
}

interface Finished extends Pick<SweepOutcome, "unpublished"> {
  readonly document: FinishedSweepDocument;
  readonly sweep: ReadySweep;
  readonly results: Results;
  readonly claims: readonly Claim[];
  readonly adapters: readonly PublishedAdapter[];
}

function print(finished: Finished, output: Page, all: boolean): void {
  const { document, sweep, results, claims } = finished;
  const { finishedNow, failed, disagreements, files, unwritten, vllmRank, consumers, steps } = document;
  const { colours, columns } = output;
  if (finishedNow === 0 && failed.length === 0) output.note("Nothing to run: every trial has its result.\n");
  output.print(renderRankTable(results, colours, { columns: output.terminalColumns, all }));
  output.print();
  const figures = [
    ...(all ? [sweep.costWords(results)] : []),
    ...(sweep.scoreWords === undefined ? [] : [sweep.scoreWords]),
  ];
  if (figures.length > 0) output.print(`${colours.dim(wrap(figures.join(" "), columns))}\n`);
  printVerdict(results.decision, claims, output, all);
  if (disagreements > 0) {
    output.note(
      `Warning: ${counted(disagreements, "trial")} gave different results in different attempts. ` +
        "The first result stands; the others lie in attempts/.",
    );
  }
  if (unwritten === undefined) output.print(`report    ${files.report}`);
  else
    output.fail(
      `The report could not be written; lorank report ${shellWord(sweep.out)} makes it.\n${unwritten}`,
    );
  if (all) output.print(`results   ${files.results}`);
  printAdapters(finished, output, all);
  if (vllmRank !== null) output.print(`\n${wrap(vllmRank, columns)}`);
  if (consumers.length > 0 && (all || !document.isClassifier)) {
    output.print();
    printWarnings(consumers, output);
  }
  if (steps.length > 0) output.print();
  printSteps(steps, output);
}

function printAdapters(
  { sweep, document: { files }, results, adapters, unpublished }: Finished,
  output: Page,
  all: boolean,
): void {
  const used = adapterToUse(adapters, results.decision);
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
  if (unpublished.length > 0) {
    const compared = comparedIn(results.decision);
    const lost = unpublished.map((one) => compared.numberOf(one));
    const what = `${unpublished.length === 1 ? "adapter" : "adapters"} of ${ranksInWords(lost, compared)}`;
    const reasons = new Set(unpublished.map(({ error }) => wordsOn(error)));
    const lines = [`The ${what} could not be handed out; the verdict stands.`, ...reasons];
    output.fail(plainText(lines.join("\n")));
  }
  if (used !== undefined)
    output.print(`config    lorank config ${shellWord(sweep.out)} --for ${exampleTools[0].name}`);
  if (sweep.fitsRandomBase) output.print("\nThese adapters fit the random base of this sweep only.");
}

function foldersOf(adapters: readonly PublishedAdapter[]): string {
  return adapters.map(({ folder }) => basename(folder)).join(", ");
}

/** Runs a write whose failure must not hide saved results. Returns its error message. */
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

function consumersOf({ adapters }: SweepOutcome, decision: Decision) {
  const one = adapterToUse(adapters, decision) ?? adapters.at(-1);
  const adapter = one && adapterIn(one.folder);
  return {
    consumers: adapter === undefined ? [] : consumerWarnings(adapter),
    isClassifier: adapter !== undefined && classesOf(adapter) !== undefined,
  };
}
