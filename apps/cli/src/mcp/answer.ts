import type { ToolAnswer } from "@lorank/mcp";
import { describeError } from "../errors.ts";
import { createOutput, type Output } from "../output.ts";
import type { CommandRow } from "../settings/setting.ts";
import { inputsOf, typedInput } from "./input.ts";
import { assertHarmless } from "./refuse.ts";
import { toolRows } from "./tool-rows.ts";

/** A call of a tool by its name, as one process sends it to another. */
export interface ToolCall {
  readonly tool: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** Runs the command of a tool within this process, and returns its document of `--json`, which may be an error. */
export async function answerOf(
  { tool, values }: ToolCall,
  commands: readonly CommandRow[],
): Promise<ToolAnswer> {
  const row = toolRows.find(({ command }) => command === tool)!;
  const inputs = inputsOf(commands.find(({ name }) => name === tool)!, row.without);
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
    assertHarmless((await row.inFiles?.(names, flags)) ?? {});
    await row.run(names, flags, output);
    return { document: document!, notes };
  } catch (error) {
    return { error: describeError(error, false).facts };
  }
}
