import type { ToolAnswer } from "@lorank/mcp";
import type { LoadCommands } from "../../command.ts";
import { describeError } from "../../errors.ts";
import { createOutput, type Output } from "../../output.ts";
import { runCommand } from "../../run-command.ts";
import { inputsOf, typedInput } from "./input.ts";
import { assertHarmless } from "./refuse.ts";

export interface ToolCall {
  readonly tool: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** Runs a tool's command in this process. Returns its document or error. */
export async function answerOf({ tool, values }: ToolCall, load: LoadCommands): Promise<ToolAnswer> {
  const command = (await load(tool))[0]!;
  const notes: string[] = [];
  let document: object | undefined;
  const output: Output = {
    ...createOutput({ json: true, quiet: true }),
    note: (text) => void notes.push(text.trim()),
    fail: (text) => void notes.push(text.trim()),
    document: (value) => {
      document = value;
    },
  };
  try {
    const typed = typedInput(inputsOf(command), values);
    await runCommand(command, load, typed, output, assertHarmless);
    return { document: document!, notes };
  } catch (error) {
    return { error: describeError(error, false).facts };
  }
}
