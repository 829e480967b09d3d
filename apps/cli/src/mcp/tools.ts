import type { McpTool, ToolAnswer } from "@lorank/mcp";
import { exitCode } from "../errors.ts";
import { loadOptional } from "../optional-package.ts";
import { type CommandFlags, createOutput } from "../output.ts";
import type { CommandRow } from "../settings/setting.ts";
import { packageVersion } from "../version.ts";
import type { ToolCall } from "./answer.ts";
import { callProcesses } from "./calls.ts";
import { inputSchema, inputsOf } from "./input.ts";
import { toolRows } from "./tool-rows.ts";

/**
 * The tools of `lorank mcp`, each of which returns the document of its command's `--json`.
 *
 * @param call answers a call, in a process of its own.
 */
function toolsOf(
  commands: readonly CommandRow[],
  call: (request: ToolCall, signal: AbortSignal) => Promise<ToolAnswer>,
): McpTool[] {
  return toolRows.map((row) => {
    const command = commands.find((one) => one.name === row.command)!;
    const { name, summary, description } = command;
    return {
      name,
      title: summary,
      description,
      inputSchema: inputSchema(inputsOf(command, row.without)),
      // The whole schemas are 160 kB, which a model would read before its first call.
      outputSchema: {
        type: "object",
        description: `Document of lorank ${name} --json. Its JSON Schema: lorank/schemas/${name}.json`,
      },
      fetches: row.fetches,
      call: (values, signal) => call({ tool: name, values }, signal),
    };
  });
}

const instructions =
  "LoRAnk answers which rank a LoRA fine-tuning should use. memory: what each rank costs on a GPU. plan: what a sweep of ranks " +
  "can show. verdict: which rank the results of a sweep or of any trainer support (also tables of W&B and MLflow). config: " +
  "that rank for the tool that trains. status: a sweep that runs. Paths count from the server's working folder.";

/** A process of a call might not end by itself when the server is gone. */
const ends = [
  ["SIGINT", exitCode.killed],
  ["SIGTERM", exitCode.terminated],
  ["SIGHUP", exitCode.hungUp],
] as const;

/** Runs `lorank mcp` until the client ends, and returns its exit code. */
export async function runMcpCommand(flags: CommandFlags, commands: readonly CommandRow[]): Promise<number> {
  const output = createOutput(flags);
  const { serveStdio } = await loadOptional({
    name: "@lorank/mcp",
    purpose: "for its tools",
    example: "lorank mcp",
    load: () => import("@lorank/mcp"),
  });
  const calls = callProcesses();
  for (const [signal, code] of ends)
    process.once(signal, () => {
      calls.close();
      process.exit(code);
    });
  const tools = toolsOf(commands, calls.answer);
  if (process.stdin.isTTY)
    output.note(
      `Serving ${tools.map(({ name }) => name).join(", ")} to an MCP client on standard input. Ctrl-C ends it.`,
    );
  try {
    await serveStdio({ name: "lorank", version: packageVersion(), instructions, tools });
  } finally {
    calls.close();
  }
  return exitCode.done;
}
