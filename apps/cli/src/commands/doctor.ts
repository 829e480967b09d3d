import type { Command } from "commander";
import { withCommonFlags, withExamples } from "../help.ts";
import type { OutputFlags } from "../output.ts";

interface DoctorFlags extends OutputFlags {
  readonly setupTensorflow?: string;
}

/** `lorank doctor`: its flags. */
export function addDoctor(program: Command): void {
  const command = program
    .command("doctor")
    .summary("check what is needed to run")
    .description(
      "Check what a sweep needs: Node, cores, the runtime and every device with a self-test, the built-in model and data.",
    )
    .option(
      "--setup-tensorflow <dir>",
      "build the add-on that runs programs on the TensorFlow in this folder, and remember it",
    );
  withExamples(withCommonFlags(command), [
    ["lorank doctor", "what is here and what is missing"],
    ["lorank doctor --json", "the same, to attach to a report of a problem"],
    [
      "lorank doctor --setup-tensorflow venv/lib/python3.12/site-packages/tensorflow",
      "once, to train on the GPUs of an installed TensorFlow",
    ],
  ]);
  command.action(async ({ setupTensorflow, ...flags }: DoctorFlags) => {
    if (setupTensorflow !== undefined) {
      const { runSetupTensorflow } = await import("../doctor/setup-tensorflow.ts");
      process.exitCode = await runSetupTensorflow(setupTensorflow, flags);
      return;
    }
    const { runDoctorCommand } = await import("../doctor/command.ts");
    process.exitCode = await runDoctorCommand(flags);
  });
}
