import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeEnd } from "./executor/describe-exit.ts";
import type { MeasureJob } from "./measure-job.ts";
import { type StopSignals, startProgram, untilEnd } from "./start-program.ts";

/** Runs one measurement in a process of its own, as trials run. Returns what it wrote, or why it wrote nothing. */
export async function measureInChild<Cost extends object>(
  job: Omit<MeasureJob, "resultFile">,
  signals: StopSignals,
): Promise<Cost | string> {
  const folder = mkdtempSync(join(tmpdir(), "lorank-measure-"));
  try {
    const [resultFile, outputFile] = [join(folder, "cost.json"), join(folder, "output.txt")];
    const end = await untilEnd(startProgram("measure-process", { ...job, resultFile }, outputFile), signals);
    if (existsSync(resultFile)) return JSON.parse(readFileSync(resultFile, "utf8")) as Cost;
    return describeEnd(end, outputFile, "its process");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
