import { shells } from "../completion/tree.ts";
import type { CommandRow } from "../settings/setting.ts";

/** Commands about this installation and for other programs on the machine. `all` returns every command, these too. */
export function installationCommands(all: () => readonly CommandRow[]): readonly CommandRow[] {
  return [
    {
      name: "doctor",
      group: "Machines:",
      arguments: [],
      summary: "check what is needed to run",
      description:
        "Check what a sweep needs: Node, the runtime, the built-in model and data, and devices, which are optional, with a self-test.",
      examples: [
        ["lorank doctor", "what is here, and what a sweep would run on"],
        ["lorank doctor --thorough --json", "all of it, to attach to a report of a problem"],
        ["lorank doctor --setup-cuda venv", "once, to train on NVIDIA's GPUs by ONNX Runtime"],
        [
          "lorank doctor --setup-tensorflow venv/lib/python3.12/site-packages/tensorflow",
          "once, to train on the GPUs of an installed TensorFlow",
        ],
      ],
      run: async (flags) => (await import("../doctor/doctor-command.ts")).runDoctorCommand(flags),
    },
    {
      name: "completion",
      group: "Machines:",
      arguments: [[`<${shells.join("|")}>`, "the shell"]],
      summary: "a script that completes commands, flags and their values",
      description:
        "Print a script with which a shell completes the commands of lorank, their flags, the names that these take, and files.",
      examples: [
        ["lorank completion bash > ~/.local/share/bash-completion/completions/lorank", "for bash"],
        ["lorank completion zsh > ~/.zfunc/_lorank", "for zsh, where fpath has ~/.zfunc before compinit"],
        ["lorank completion fish > ~/.config/fish/completions/lorank.fish", "for fish"],
        ["lorank completion powershell >> $PROFILE", "for PowerShell"],
      ],
      run: async (flags, shell) =>
        (await import("../completion/shell-scripts.ts")).runCompletionCommand(shell!, flags, all()),
    },
    {
      name: "mcp",
      group: "Machines:",
      arguments: [],
      summary: "answer an assistant, as a server of tools (MCP)",
      description:
        "Serve memory, plan, verdict, config and status as tools of the Model Context Protocol over standard input and output: " +
        "each returns the document of its command's --json. Tools only read. It needs the package @lorank/mcp.",
      examples: [["lorank mcp", "as an MCP client starts it"]],
      run: async (flags) => (await import("../mcp/tools.ts")).runMcpCommand(flags, all()),
    },
  ];
}
