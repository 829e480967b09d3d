import { basename, dirname } from "node:path";
import { replaceFile } from "@lorank/checkpoint/files";
import { type DecideOptions, decide, decideResults } from "@lorank/core/decide";
import type { Results } from "@lorank/core/results";
import { type Reported, renderReport } from "@lorank/report";
import { type PublishedAdapter, publishedAdapters } from "@lorank/sweep";
import { isOutcomes } from "@lorank/sweep/outcomes";
import { exitCode } from "../errors.ts";
import { type CommandFlags, createOutput, type Display } from "../output.ts";
import { assertOutFile, joinShown, shownAdapters } from "../paths.ts";
import { readOutcomes, readResults } from "../results/read-results.ts";
import { readFlags } from "../settings/read.ts";
import { configsOf } from "./tool-config.ts";

export async function runReportCommand(path: string, flags: CommandFlags): Promise<number> {
  const output = createOutput(flags);
  const { out: typedOut, ...settings } = readFlags("report", flags);
  const { reported, folder, ...toUse } = isOutcomes(path)
    ? {
        reported: await outcomesReported(path, settings, output),
        folder: path === "-" ? "." : dirname(path),
      }
    : sweepReported(path, settings);
  const out = typedOut ?? joinShown(folder, "report.html");
  assertOutFile(out, "--out");
  const html = renderReport(reported, toUse);
  replaceFile(out, html);
  output.document({ report: out, bytes: Buffer.byteLength(html), verdict: reported.decision.verdict });
  output.print(out);
  return exitCode.done;
}

/** Facts of a sweep's report. Its own decision stands, unless there are options for another one. */
export function sweepReported(path: string, options: DecideOptions) {
  const { results, file } = readResults(path);
  const decision = Object.keys(options).length > 0 ? decideResults(results, options) : results.decision;
  const reported: Results = { ...results, decision };
  const folder = path === file ? dirname(file) : path;
  return { reported, folder, ...reportOptions(reported, folder, publishedAdapters(folder, results.trials)) };
}

/**
 * Parts of a report that the results do not have: configs of the rank to use, and folders of adapters as they are shown.
 */
export function reportOptions(results: Results, out: string, adapters: readonly PublishedAdapter[]) {
  return { configs: configsOf(results, out), adapters: shownAdapters(adapters, out) };
}

async function outcomesReported(path: string, options: DecideOptions, display: Display): Promise<Reported> {
  const outcomes = await readOutcomes(path, display);
  const decision = decide(outcomes, options);
  const name = path === "-" ? "standard input" : basename(path);
  const { classPrior } = decision;
  const majority = classPrior?.source === "labels" ? { majorityShare: classPrior.accuracy } : {};
  return {
    sweep: { name, ranks: outcomes.ranks, seeds: [] },
    data: { name, validationExamples: outcomes.examples, ...majority },
    decision,
    trials: [],
  };
}
