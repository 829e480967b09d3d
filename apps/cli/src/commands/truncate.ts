import type { Command } from "commander";
import { withCommonFlags, withExamples } from "../help.ts";

/** `lorank truncate`: its flags. */
export function addTruncate(program: Command): void {
  const command = program
    .command("truncate")
    .argument("<adapter>", "a PEFT adapter: its folder or hub id")
    .summary("lower the rank of an adapter")
    .description(
      "Writes the adapter of a lower rank whose update is nearest, layer by layer (by SVD, without training).\n" +
        "Heads are kept; alpha becomes the rank.",
    )
    .requiredOption("--rank <k>", "the new rank")
    .requiredOption("-o, --out <folder>", "where to write it")
    .option("--force", "replace an adapter that is there");
  withExamples(withCommonFlags(command), [
    ["lorank truncate out/adapters/r64 --rank 8 -o r8", "rank 64 to rank 8"],
  ]);
  command.action(async (adapter: string, flags: Record<string, string | boolean>) => {
    const { runTruncateCommand } = await import("../adapter/truncate-command.ts");
    process.exitCode = await runTruncateCommand(adapter, flags);
  });
}
