import type { Tool, ToolAnswer } from "@lorank/mcp";
import type { Documents } from "../documents.ts";
import { describeError } from "../errors.ts";
import { createOutput, type Output, type RawFlags } from "../output.ts";
import { schemaOf } from "../schemas.ts";
import type { CommandName, CommandRow } from "../settings/setting.ts";
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
    without: ["measure", "print-config"],
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
export function toolsOf(commands: readonly CommandRow[]): Tool[] {
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
