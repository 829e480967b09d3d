import { existsSync } from "node:fs";
import { basename, dirname } from "node:path";
import { replaceFile } from "@lorank/checkpoint/disk";
import { type DecideOptions, decideResults } from "@lorank/evidence";
import { comparedIn, type Decision, type Results } from "@lorank/evidence/results";
import { type AdapterFolder, type Reported, renderReport } from "@lorank/report";
import { type PublishedAdapter, publishedAdapters } from "@lorank/sweep/folder";
import type { Input } from "../../command.ts";
import { adapterToUse, usedRankNote } from "../../model/serving.ts";
import type { Messages, Page } from "../../output.ts";
import { assertOutFile, joinShown, shownAdapters } from "../../paths.ts";
import { decideEvidence, type EvidenceOptions, sweepOptions } from "../../results/evidence.ts";
import { stepsIn } from "../../results/next-steps.ts";
import { olderResultsNote, readResults } from "../../results/read-results.ts";
import { HashedInput, sourceFiles } from "../../results/source-files.ts";
import { readInWords } from "../../results/what-was-read.ts";
import { configsOf } from "../config/config.ts";
import type { ReportSettings } from "./command.ts";

export interface ReportDocument {
  /** Path to the written report. */
  readonly report: string;
  readonly bytes: number;
  readonly verdict: Decision["verdict"];
}

export async function run(
  {
    settings: { out: typedOut, ...settings },
    names: [path],
  }: Input<ReportSettings, readonly [results: string]>,
  output: Messages,
): Promise<ReportDocument> {
  const { reported, folder, ...toUse } =
    (await evidenceReported(path, settings, output)) ?? sweepReported(path, sweepOptions(settings), output);
  const out = typedOut ?? joinShown(folder, "report.html");
  assertOutFile(out, "--out");
  const html = renderReport(reported, toUse);
  replaceFile(out, html);
  return { report: out, bytes: Buffer.byteLength(html), verdict: reported.decision.verdict };
}

export function view({ report }: ReportDocument, page: Page): void {
  page.print(report);
}

export function sweepReported(path: string, options: DecideOptions, output?: Messages) {
  const { results, file } = readResults(path);
  const older = output && olderResultsNote(file, results);
  if (older !== undefined) output?.note(older);
  const decision = Object.keys(options).length > 0 ? decideResults(results, options) : results.decision;
  const reported: Results = { ...results, decision };
  const folder = path === file ? dirname(file) : path;
  return { reported, folder, ...reportOptions(reported, folder, publishedAdapters(folder, results.trials)) };
}

/** Report parts missing in results.json: configs, next steps with commands, adapter folders, serving notes. */
export function reportOptions(results: Results, out: string, adapters: readonly PublishedAdapter[]) {
  const note = usedRankNote(adapters, results.decision);
  return {
    configs: configsOf(results, out),
    steps: stepsIn(out, results),
    adapters: shownAdapters(adapters, out).map((one): PublishedAdapter & AdapterFolder =>
      note !== undefined && adapterToUse([one], results.decision) !== undefined ? { ...one, note } : one,
    ),
  };
}

async function evidenceReported(path: string, flags: EvidenceOptions, output: Messages) {
  const stdin = new HashedInput(process.stdin);
  const evidence = await decideEvidence([path], flags, output, stdin);
  if (evidence === undefined) return undefined;
  const { decision, runs, files, read } = evidence;
  if (read !== undefined) output.note(readInWords(read, comparedIn(decision)));
  const name = path === "-" ? "standard input" : basename(path);
  const { classPrior } = decision;
  const majority = classPrior?.source === "labels" ? { majorityShare: classPrior.accuracy } : {};
  const reported: Reported = {
    sweep: { name, ranks: triedRanks(decision), seeds: [] },
    data: { name, validationExamples: decision.examples, ...majority },
    decision,
    trials: [],
    runs,
    sources: sourceFiles(files, stdin),
  };
  // File patterns and standard input have no folder.
  return { reported, folder: existsSync(path) ? dirname(path) : "." };
}

function triedRanks({ ranks, excluded = [] }: Decision): number[] {
  return [...ranks, ...excluded].map(({ rank }) => rank).sort((a, b) => a - b);
}
