import { dirname } from "node:path";
import { writeFileAtomic } from "@lorank/checkpoint/files";
import { renderReport } from "@lorank/report";
import { exitCode } from "../exit-codes.ts";
import { assertOutFile } from "../out-file.ts";
import { createOutput, type OutputFlags } from "../output.ts";
import { type RawFlags, readFlags } from "../settings/read.ts";
import { joinShown } from "../sweep/paths.ts";
import { readResults } from "./read-results.ts";

/** Runs `lorank report` and returns what to exit with. */
export function runReportCommand(path: string, flags: OutputFlags & RawFlags): number {
  const output = createOutput(flags);
  const { results, file } = readResults(path);
  const folder = path === file ? dirname(file) : path;
  const { out = joinShown(folder, "report.html") } = readFlags("report", flags);
  assertOutFile(out, "--out");
  const html = renderReport(results);
  writeFileAtomic(out, html);
  output.document({ report: out, bytes: Buffer.byteLength(html), verdict: results.decision.verdict });
  output.print(out);
  return exitCode.done;
}
