import { exitCode } from "../errors.ts";
import { loadOptional } from "../optional-package.ts";
import { type CommandFlags, createOutput } from "../output.ts";
import type { CommandRow } from "../settings/setting.ts";
import { packageVersion } from "../version.ts";
import { toolsOf } from "./tools.ts";

const instructions =
  "LoRAnk answers which rank a LoRA fine-tuning should use. memory: what each rank costs on a GPU. plan: what a sweep of ranks " +
  "can show. verdict: which rank the results of a sweep or of any trainer support (also tables of W&B and MLflow). config: " +
  "that rank for the tool that trains. status: a sweep that runs. Paths count from the server's working folder.";

/** Runs `lorank mcp` until the client ends, and returns its exit code. */
export async function runMcpCommand(flags: CommandFlags, commands: readonly CommandRow[]): Promise<number> {
  const output = createOutput(flags);
  const { serveStdio } = await loadOptional({
    name: "@lorank/mcp",
    purpose: "for its tools",
    example: "lorank mcp",
    load: () => import("@lorank/mcp"),
  });
  const tools = toolsOf(commands);
  if (process.stdin.isTTY)
    output.note(
      `Serving ${tools.map(({ name }) => name).join(", ")} to an MCP client on standard input. Ctrl-C ends it.`,
    );
  await serveStdio({ name: "lorank", version: packageVersion(), instructions, tools });
  return exitCode.done;
}
