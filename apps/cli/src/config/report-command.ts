import { basename, dirname } from "node:path";
import { replaceFile } from "@lorank/checkpoint/files";
import { type DecideOptions, decide, decideResults } from "@lorank/core/decide";
import type { Results } from "@lorank/core/results";
import { type Reported, renderReport } from "@lorank/report";
import { publishedAdapters } from "@lorank/sweep";
import { isOutcomes } from "@lorank/sweep/outcomes";
import { exitCode } from "../exit-codes.ts";
import { assertOutFile } from "../out-file.ts";
import { readOutcomes } from "../outcomes/read-outcomes.ts";
import { createOutput, type OutputFlags } from "../output.ts";
import { joinShown, shownAdapters } from "../paths.ts";
import { readResults } from "../results/read-results.ts";
import { type RawFlags, readFlags } from "../settings/read.ts";
import { configsOf } from "./configs-of.ts";

/** Runs `lorank report` and returns what to exit with. */
export async function runReportCommand(path: string, flags: OutputFlags & RawFlags): Promise<number> {
  const output = createOutput(flags);
  const { out: asked, ...settings } = readFlags("report", flags);
  const { reported, folder, ...toUse } = isOutcomes(path)
    ? {
        reported: await outcomesReported(path, settings, flags),
        folder: path === "-" ? "." : dirname(path),
      }
    : sweepReported(path, settings);
  const out = asked ?? joinShown(folder, "report.html");
  assertOutFile(out, "--out");
  const html = renderReport(reported, toUse);
  replaceFile(out, html);
  output.document({ report: out, bytes: Buffer.byteLength(html), verdict: reported.decision.verdict });
  output.print(out);
  return exitCode.done;
}

/** A sweep's own decision stands, unless another one is asked for. */
export function sweepReported(path: string, asked: DecideOptions) {
  const { results, file } = readResults(path);
  const isAsked = Object.keys(asked).length > 0;
  const decision = isAsked ? decideResults(results, asked) : results.decision;
  const reported: Results = { ...results, decision };
  const folder = path === file ? dirname(file) : path;
  const adapters = shownAdapters(publishedAdapters(folder, results.trials), folder);
  return { reported, folder, configs: configsOf(reported, folder), adapters };
}

async function outcomesReported(path: string, asked: DecideOptions, flags: OutputFlags): Promise<Reported> {
  const outcomes = await readOutcomes(path, flags);
  const decision = decide(outcomes, asked);
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
