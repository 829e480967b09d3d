import { availableParallelism, cpus, totalmem } from "node:os";
import { formatBytes } from "@lorank/core";
import { surveyDevices } from "@lorank/graph/devices";
import { exitCode } from "../exit-codes.ts";
import { createOutput, type Output, type OutputFlags } from "../output.ts";
import { type RawFlags, readFlags } from "../settings/read.ts";
import { plainText } from "../text.ts";
import { packageVersion } from "../version.ts";
import { checkTensorflow } from "./check-tensorflow.ts";
import {
  type Check,
  checkNode,
  checkRuntime,
  checkStarterData,
  checkStarterModel,
  deviceChecks,
  nextWords,
  outcomeOf,
} from "./checks.ts";
import { runSetupCuda } from "./setup-cuda.ts";
import { runSetupTensorflow } from "./setup-tensorflow.ts";

/** Runs `lorank doctor` and returns what to exit with: 1 where a sweep could not run at all. */
export async function runDoctorCommand(flags: OutputFlags & RawFlags): Promise<number> {
  const { "setup-tensorflow": tensorflow, "setup-cuda": cuda, thorough = false } = readFlags("doctor", flags);
  if (cuda !== undefined) return runSetupCuda(cuda, flags);
  if (tensorflow !== undefined) return runSetupTensorflow(tensorflow, flags);
  const output = createOutput(flags);
  const machine = {
    lorank: packageVersion(),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
    processor: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryBytes: totalmem(),
  };
  output.print(`lorank ${machine.lorank}, Node ${machine.node}, ${machine.platform}`);
  output.print(
    `${machine.processor}, ${machine.cores} cores, ${formatBytes(machine.memoryBytes)} of memory\n`,
  );
  const checks: Check[] = [];
  const report = (...some: readonly Check[]): void => {
    checks.push(...some);
    for (const check of some) printCheck(check, output);
  };
  report(checkNode(process.version));
  const runtime = await checkRuntime();
  report(runtime, checkStarterModel(), checkStarterData());
  const survey = runtime.ok ? await surveyDevices({ thorough }) : undefined;
  if (survey !== undefined) report(...deviceChecks(survey));
  report(await checkTensorflow(thorough));
  const works = checks.every(({ ok, needed }) => ok || !needed);
  const auto = survey?.auto.why ?? null;
  const devices = (survey?.devices ?? []).map(({ halves, ...device }) => ({
    ...device,
    halves: halves.map(({ computeDtype: compute, ...half }) => ({ compute, ...half })), // as the flag is called
  }));
  const next = nextWords(checks, survey?.auto.why);
  output.document({
    works,
    ...machine,
    checks: checks.map((check) => ({ ...check, outcome: outcomeOf(check) })),
    devices,
    auto,
    next,
  });
  output.print();
  output.say(next);
  return works ? exitCode.done : exitCode.failed;
}

function printCheck(check: Check, output: Output): void {
  const { ok, needed, name, detail, fix } = check;
  const { green, red, dim } = output.colours;
  const outcome = outcomeOf(check);
  const mark = ok ? green("ok      ") : needed ? red("FAILED  ") : dim("optional");
  const said = plainText(ok || needed ? detail : `${outcome.replace(" (optional)", "")}: ${detail}`);
  output.print(`${mark}  ${name.padEnd(17)}  ${said}`);
  if (!ok && fix !== undefined) output.print(`${" ".repeat(29)}${fix}`);
}
