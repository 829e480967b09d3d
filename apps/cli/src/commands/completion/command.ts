import { defineCommand } from "../../command.ts";
import { shells } from "./tree.ts";

export const command = defineCommand({
  name: "completion",
  group: "Machines:",
  arguments: [[`<${shells.join("|")}>`, "the shell"]],
  settings: [],
  summary: "a script that completes commands, flags and their values",
  description:
    "Print a script with which a shell completes the commands of lorank, their flags, the names that these take, and files.",
  examples: [
    ["lorank completion bash > ~/.local/share/bash-completion/completions/lorank", "for bash"],
    ["lorank completion zsh > ~/.zfunc/_lorank", "for zsh, where fpath has ~/.zfunc before compinit"],
    ["lorank completion fish > ~/.config/fish/completions/lorank.fish", "for fish"],
    ["lorank completion powershell >> $PROFILE", "for PowerShell"],
  ],
  load: () => import("./completion.ts"),
});
