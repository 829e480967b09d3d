import { InputError } from "@lorank/core";
import { exitCode } from "../errors.ts";
import { createOutput, type OutputFlags } from "../output.ts";
import type { CommandRow } from "../settings/setting.ts";
import { nearest } from "../text.ts";
import { bashCompletion, fishCompletion, powershellCompletion, zshCompletion } from "./shell-scripts.ts";
import { completionTree, shells } from "./tree.ts";

const scripts = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
  powershell: powershellCompletion,
} as const;

export async function runCompletionCommand(
  name: string,
  flags: OutputFlags,
  commands: readonly CommandRow[],
): Promise<number> {
  const output = createOutput(flags);
  const shell = shells.find((one) => one === name);
  if (shell === undefined) {
    const meant = nearest(name, shells);
    const hint = meant === undefined ? "" : `. Did you mean ${meant}?`;
    throw new InputError("E_USAGE", `shell must be bash, zsh, fish or powershell, got ${name}${hint}`);
  }
  const script = scripts[shell](completionTree(commands));
  output.document({ shell, script });
  output.print(script.trimEnd());
  return exitCode.done;
}
