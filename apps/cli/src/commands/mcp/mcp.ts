import type { McpTool, ToolAnswer } from "@lorank/mcp";
import type { Command, Input, LoadCommands } from "../../command.ts";
import { exitCode } from "../../exit-code.ts";
import { loadOptional } from "../../optional-package.ts";
import type { Messages } from "../../output.ts";
import { packageVersion } from "../../version.ts";
import type { ToolCall } from "./answer.ts";
import { callProcesses } from "./calls.ts";
import { inputSchema, inputsOf } from "./input.ts";

/** MCP tools from commands, each returning the `--json` document. `call` answers in a separate process. */
function toolsOf(
  commands: readonly Command[],
  call: (request: ToolCall, signal: AbortSignal) => Promise<ToolAnswer>,
): McpTool[] {
  return commands.flatMap((command) => {
    const { name, summary, description, tool } = command;
    if (tool === undefined) return [];
    return {
      name,
      title: summary,
      description,
      inputSchema: inputSchema(inputsOf(command)),
      // Full schemas take 160 kB, which a model would read before its first call.
      outputSchema: {
        type: "object",
        description: `As lorank ${name} --json. JSON Schema: lorank/schemas/${name}.json`,
      },
      fetches: tool.fetches,
      call: (values, signal) => call({ tool: name, values }, signal),
    };
  });
}

const instructions =
  "LoRAnk answers which rank a LoRA fine-tuning should use. memory: what each rank costs on a GPU. plan: what a sweep of ranks " +
  "can show. verdict: which rank the results of a sweep or of any trainer support. config: " +
  "that rank for the tool that trains. status: a sweep that runs. Paths count from the server's working folder.";

/** Signals, with exit codes, on which the server ends its call processes: they could outlive it. */
const ends = [
  ["SIGINT", exitCode.killed],
  ["SIGTERM", exitCode.terminated],
  ["SIGHUP", exitCode.hungUp],
] as const;

export async function run(_: Input<object>, output: Messages, load: LoadCommands): Promise<void> {
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
  const tools = toolsOf(await load(), calls.answer);
  if (process.stdin.isTTY)
    output.note(
      `Serving ${tools.map(({ name }) => name).join(", ")} to an MCP client on standard input. Ctrl-C ends it.`,
    );
  try {
    await serveStdio({ name: "lorank", version: packageVersion(), instructions, tools });
  } finally {
    calls.close();
  }
}
