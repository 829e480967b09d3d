import type { Command } from "commander";
import { withCommonFlags, withExamples } from "../help.ts";

/** `lorank export`: its flags. */
export function addExport(program: Command): void {
  const command = program
    .command("export")
    .argument("<adapter>", "a PEFT adapter: its folder or hub id")
    .summary("write an adapter in the form that most programs read")
    .description(
      "Writes the same update for vLLM, llama.cpp's converter and PEFT alike: one rank for all layers, alpha = rank, " +
        "the scaling in B, float32, no trained head.",
    )
    .requiredOption("-o, --out <folder>", "where to write it")
    .option("--keep-head", "keep the layers that were trained whole")
    .option("--force", "replace an adapter that is there");
  withExamples(withCommonFlags(command), [
    ["lorank export out/adapters/r16 -o portable", "an adapter for serving"],
  ]);
  command.action(async (adapter: string, flags: Record<string, string | boolean>) => {
    const { runExportCommand } = await import("../adapter/export-command.ts");
    process.exitCode = await runExportCommand(adapter, flags);
  });
}
