import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LocalExecutor } from "../executor/local-executor.ts";
import type { StopSignals } from "../executor/run-options.ts";
import { untilEnd } from "../executor/run-tasks.ts";
import type { ProgressEvent } from "../plan/events.ts";
import type { Measurement } from "../plan/job.ts";

/** Runs one measurement in a process of its own, as trials run. Returns what it wrote, or why it wrote nothing. */
export async function measureInProcess<Cost extends object>(
  executor: LocalExecutor,
  request: Omit<Measurement, "kind" | "resultFile">,
  signals: StopSignals,
  onEvent: (event: ProgressEvent) => void = () => {},
): Promise<Cost | string> {
  const folder = mkdtempSync(join(tmpdir(), "lorank-measure-"));
  try {
    const resultFile = join(folder, "cost.json");
    const submission = executor.submit({ kind: "measure", ...request, resultFile }, (event) => {
      if (event.kind === "progress") onEvent(event.event);
    });
    const { reason } = await untilEnd(submission, signals);
    return existsSync(resultFile) ? (JSON.parse(readFileSync(resultFile, "utf8")) as Cost) : reason;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
