import { availableParallelism, cpus, totalmem } from "node:os";
import { formatBytes } from "@lorank/core";
import { exitCode } from "../exit-codes.ts";
import { type CommandFlags, createOutput, type Output } from "../output.ts";
import { readFlags } from "../settings/read.ts";
import { plainText } from "../text.ts";
import { packageVersion } from "../version.ts";
import { type Check, type Checked, checkMachine, nextWords, outcomeOf } from "./checks.ts";
import { runSetupCuda } from "./setup-cuda.ts";
import { runSetupTensorflow } from "./setup-tensorflow.ts";

/** Runs `lorank doctor` and returns what to exit with: 1 where a sweep could not run at all. */
export async function runDoctorCommand(flags: CommandFlags): Promise<number> {
  const { "setup-tensorflow": tensorflow, "setup-cuda": cuda, thorough = false } = readFlags("doctor", flags);
  if (cuda !== undefined) return runSetupCuda(cuda, flags);
  if (tensorflow !== undefined) return runSetupTensorflow(tensorflow, flags);
  const output = createOutput(flags);
  const machine = thisMachine();
  printMachine(machine, output);
  const checked = await checkMachine(thorough, (check) => printCheck(check, output));
  const document = doctorDocument(machine, checked);
  output.document(document);
  output.print();
  output.say(document.next);
  return document.works ? exitCode.done : exitCode.failed;
}

function thisMachine() {
  return {
    lorank: packageVersion(),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
    processor: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryBytes: totalmem(),
  };
}

function doctorDocument(machine: ReturnType<typeof thisMachine>, { checks, survey }: Checked) {
  return {
    works: checks.every(({ ok, needed }) => ok || !needed),
    ...machine,
    checks: checks.map((check) => ({ ...check, outcome: outcomeOf(check) })),
    devices: (survey?.devices ?? []).map(({ halves, ...device }) => ({
      ...device,
      halves: halves.map(({ computeDtype: compute, ...half }) => ({ compute, ...half })), // as the flag is called
    })),
    auto: survey?.auto.why ?? null,
    next: nextWords(checks, survey?.auto.why),
  };
}

function printMachine(machine: ReturnType<typeof thisMachine>, output: Output): void {
  const { lorank, node, platform, processor, cores, memoryBytes } = machine;
  output.print(`lorank ${lorank}, Node ${node}, ${platform}`);
  output.print(`${processor}, ${cores} cores, ${formatBytes(memoryBytes)} of memory\n`);
}

function printCheck(check: Check, output: Output): void {
  const { ok, needed, name, detail, fix } = check;
  const { green, red, dim } = output.colours;
  const outcome = outcomeOf(check).replace(" (optional)", "");
  const mark = ok ? green("ok      ") : needed ? red("FAILED  ") : dim("optional");
  const words = plainText(ok || needed ? detail : `${outcome}: ${detail}`);
  output.print(`${mark}  ${name.padEnd(17)}  ${words}`);
  if (!ok && fix !== undefined) output.print(`${" ".repeat(29)}${fix}`);
}
