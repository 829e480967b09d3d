import type { Command } from "commander";
import { withCommonFlags, withExamples } from "../help.ts";

/** `lorank doctor`: its flags. */
export function addDoctor(program: Command): void {
  const command = program
    .command("doctor")
    .summary("check what is needed to run")
    .description(
      "Check what a sweep needs: Node, cores, the runtime and every device with a self-test, the built-in model and data.",
    );
  withExamples(withCommonFlags(command), [
    ["lorank doctor", "what is here and what is missing"],
    ["lorank doctor --json", "the same, to attach to a report of a problem"],
  ]);
  command.action(async (flags: Record<string, boolean>) => {
    const { runDoctorCommand } = await import("../doctor/command.ts");
    process.exitCode = await runDoctorCommand(flags);
  });
}
