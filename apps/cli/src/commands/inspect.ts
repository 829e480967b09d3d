import type { Command } from "commander";
import { withCommonFlags, withExamples } from "../help.ts";

/** `lorank inspect`: its flags. */
export function addInspect(program: Command): void {
  const command = program
    .command("inspect")
    .argument("<adapter>", "a PEFT adapter: its folder or hub id")
    .summary("what an adapter's update looks like")
    .description(
      "Shows the singular spectrum of an adapter's update by kind of module: norm, stable and effective rank, " +
        "and which programs cannot read the adapter as it is.",
    )
    .option("--layers", "a row for each layer, not for each kind");
  withExamples(withCommonFlags(command), [
    ["lorank inspect out/adapters/r16", "by kind of module"],
    ["lorank inspect out/adapters/r16 --layers", "each layer"],
    ["lorank inspect org/adapter --json", "one from the hub, all singular values"],
  ]);
  command.action(async (adapter: string, flags: Record<string, string | boolean>) => {
    const { runInspectCommand } = await import("../adapter/inspect-command.ts");
    process.exitCode = await runInspectCommand(adapter, flags);
  });
}
