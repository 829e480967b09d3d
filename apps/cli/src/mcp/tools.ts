import type { McpTool, ToolAnswer } from "@lorank/mcp";
import { type Documents, schemaOf } from "../documents.ts";
import { describeError, exitCode } from "../errors.ts";
import { loadOptional } from "../optional-package.ts";
import { type CommandFlags, createOutput, type Output, type RawFlags } from "../output.ts";
import type { CommandName, CommandRow } from "../settings/setting.ts";
import { packageVersion } from "../version.ts";
import { type Inputs, inputSchema, inputsOf, typedInput } from "./input.ts";

/** A command that is a tool. */
interface ToolRow {
  readonly command: CommandName & keyof Documents;
  /** Flags that write, train, wait, or change the document. */
  readonly without: readonly string[];
  /** It may fetch files of a model on the hub. */
  readonly fetches: boolean;
  readonly run: (names: readonly (readonly string[])[], flags: RawFlags, output: Output) => Promise<number>;
}

const rows: readonly ToolRow[] = [
  {
    command: "memory",
    without: ["svg", "all"],
    fetches: true,
    run: async ([models = []], flags, output) =>
      (await import("../memory/memory-command.ts")).runMemoryCommand(models, flags, output),
  },
  {
    command: "plan",
    without: ["all", "measure", "print-config"],
    fetches: true,
    run: async ([file], flags, output) =>
      (await import("../plan/plan-command.ts")).runPlanCommand(file?.[0], flags, output),
  },
  {
    command: "verdict",
    without: ["require-conclusive"],
    fetches: false,
    run: async ([results = []], flags, output) =>
      (await import("../results/verdict.ts")).runVerdictCommand(results, flags, output),
  },
  {
    command: "config",
    without: [],
    fetches: true,
    run: async ([name], flags, output) =>
      (await import("../config/tool-config.ts")).runConfigCommand(name![0]!, flags, output),
  },
  {
    command: "status",
    without: ["follow"],
    fetches: false,
    run: async ([out], flags, output) =>
      (await import("../status/status-command.ts")).runStatusCommand(out![0]!, flags, output),
  },
];

/** The tools of `lorank mcp`. Each runs its command within this process and returns the document of `--json`. */
export function toolsOf(commands: readonly CommandRow[]): McpTool[] {
  return rows.map((row) => {
    const command = commands.find(({ name }) => name === row.command)!;
    const inputs = inputsOf(command, row.without);
    return {
      name: command.name,
      title: command.summary,
      description: command.description,
      inputSchema: inputSchema(inputs),
      outputSchema: schemaOf(row.command),
      fetches: row.fetches,
      call: (values) => answer(row, inputs, values),
    };
  });
}

async function answer(
  { run }: ToolRow,
  inputs: Inputs,
  values: Readonly<Record<string, unknown>>,
): Promise<ToolAnswer> {
  const notes: string[] = [];
  let document: object | undefined;
  const output: Output = {
    ...createOutput({ json: true, quiet: true }),
    note: (text) => void notes.push(text.trim()),
    fail: (text) => void notes.push(text.trim()),
    document: (value) => {
      document = value as object;
    },
  };
  try {
    const { names, flags } = typedInput(inputs, values);
    await run(names, flags, output);
    return { document: document!, notes };
  } catch (error) {
    return { error: describeError(error, false).message };
  }
}

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
