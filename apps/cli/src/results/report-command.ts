import { existsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { writeFileAtomic } from "@lorank/checkpoint";
import { InputError } from "@lorank/core";
import { renderReport } from "@lorank/report";
import { exitCode } from "../exit-codes.ts";
import { createOutput, type OutputFlags } from "../output.ts";
import { joinShown } from "../sweep/paths.ts";
import { readResults } from "./read-results.ts";

/** Runs `lorank report` and returns what to exit with. */
export function runReportCommand(
  path: string,
  flags: OutputFlags & { readonly out?: string | boolean },
): number {
  const output = createOutput(flags);
  const { results, file } = readResults(path);
  const folder = path === file ? dirname(file) : path;
  const out = typeof flags.out === "string" ? flags.out : joinShown(folder, "report.html");
  assertWritable(out);
  const html = renderReport(results);
  writeFileAtomic(out, html);
  output.document({ report: out, bytes: Buffer.byteLength(html), verdict: results.decision.verdict });
  output.print(out);
  return exitCode.done;
}

function assertWritable(out: string): void {
  if (existsSync(out) && statSync(out).isDirectory()) {
    throw new InputError("E_OUT", `--out must be a file, got the folder ${out}`);
  }
  if (!existsSync(dirname(out))) {
    throw new InputError("E_OUT", `--out must lie in a folder that exists, got ${out}`);
  }
}
