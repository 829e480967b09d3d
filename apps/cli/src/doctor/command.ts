import { availableParallelism, cpus, totalmem } from "node:os";
import { formatBytes } from "@lorank/core";
import { surveyDevices } from "@lorank/graph/devices";
import { exitCode } from "../exit-codes.ts";
import { createOutput, type OutputFlags } from "../output.ts";
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
} from "./checks.ts";
import { runSetupCuda } from "./setup-cuda.ts";
import { runSetupTensorflow } from "./setup-tensorflow.ts";

/** Runs `lorank doctor` and returns what to exit with: 1 where a sweep could not run at all. */
export async function runDoctorCommand(flags: OutputFlags & RawFlags): Promise<number> {
  const { "setup-tensorflow": tensorflow, "setup-cuda": cuda } = readFlags("doctor", flags);
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
  const runtime = await checkRuntime();
  const survey = runtime.ok ? await surveyDevices() : undefined;
  const checks: Check[] = [
    checkNode(process.version),
    runtime,
    ...(survey === undefined ? [] : deviceChecks(survey)),
    await checkTensorflow(),
    checkStarterModel(),
    checkStarterData(),
  ];
  const works = checks.every(({ ok, needed }) => ok || !needed);
  const auto = survey?.auto.why ?? null;
  const devices = (survey?.devices ?? []).map(({ halves, ...device }) => ({
    ...device,
    halves: halves.map(({ computeDtype: compute, ...half }) => ({ compute, ...half })), // as the flag is called
  }));
  output.document({ works, ...machine, checks, devices, auto });
  output.print(`lorank ${machine.lorank}, Node ${machine.node}, ${machine.platform}`);
  output.print(
    `${machine.processor}, ${machine.cores} cores, ${formatBytes(machine.memoryBytes)} of memory\n`,
  );
  for (const check of checks) {
    const mark = check.ok
      ? output.colours.green("ok     ")
      : output.colours.red(check.needed ? "FAILED " : "missing");
    output.print(`${mark}  ${check.name.padEnd(16)}  ${plainText(check.detail)}`);
    if (!check.ok && check.fix !== undefined) output.print(`${" ".repeat(27)}${check.fix}`);
  }
  if (auto !== null) output.print(`\n--device auto takes ${plainText(auto)}`);
  return works ? exitCode.done : exitCode.failed;
}
