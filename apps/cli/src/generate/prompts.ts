import { InputError } from "@lorank/core";
import { nodeInputs } from "@lorank/train";
import { type Question, questionsOf, readDataRows } from "@lorank/train/data";
import { flagOf } from "../settings/flag-names.ts";
import type { SettingsOf } from "../settings/table.ts";

/** Most bytes of a file of prompts, which becomes one string. */
const MOST_BYTES = 2 ** 29 - 24;

/**
 * Reads prompts from the argument, standard input or a file.
 *
 * @throws InputError E_USAGE where there is none, E_DATA for a file without prompts.
 */
export async function readPrompts(
  argument: string | undefined,
  flags: SettingsOf<"generate">,
): Promise<readonly Question[]> {
  if (flags.prompts !== undefined) return promptsOfFile(flags.prompts, flags);
  const prompt = argument === undefined || argument === "-" ? await standardInput(argument) : argument;
  if (prompt === "") throw new InputError("E_USAGE", "prompt must hold text, got none");
  return [{ id: "1", prompt }];
}

async function standardInput(argument: string | undefined): Promise<string> {
  if (process.stdin.isTTY) {
    const got = argument === undefined ? "none" : "a terminal";
    const rule = "come from an argument, --prompts, --prompt-ids or standard input";
    throw new InputError("E_USAGE", `a prompt must ${rule}, got ${got}`);
  }
  return (await textOf("-")).replace(/\n$/, "");
}

/** The text of a file, or of standard input for `-`. Throws InputError E_DATA where it cannot be read. */
async function textOf(path: string): Promise<string> {
  return new TextDecoder().decode(await nodeInputs().readData(path, MOST_BYTES));
}

async function promptsOfFile(path: string, flags: SettingsOf<"generate">): Promise<readonly Question[]> {
  if (/\.txt$/i.test(path)) {
    const prompts = (await textOf(path))
      .split(/\r?\n/)
      .flatMap((prompt, i) => (prompt.trim() === "" ? [] : [{ id: String(i + 1), prompt }]));
    if (prompts.length > 0) return prompts;
    throw new InputError("E_DATA", `${path} must hold at least one prompt, got none`);
  }
  const {
    "prompt-column": promptColumn,
    "response-column": responseColumn,
    "messages-column": messagesColumn,
  } = flags;
  const columns = { promptColumn, responseColumn, messagesColumn };
  const rows = await readDataRows(path, {
    columns: Object.values(columns).filter((name) => name !== undefined),
    optionName: flagOf,
  });
  return questionsOf(path, rows, { ...columns, optionName: flagOf });
}
