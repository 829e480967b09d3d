import { InputError } from "@lorank/core";
import { nodeInputs } from "@lorank/train";
import { exampleTable, isDataColumn, type Question, questionOf, readDataRows } from "@lorank/train/data";
import { flagOf } from "../settings/flag-names.ts";
import type { SettingsOf } from "../settings/table.ts";

/** Most bytes of a file of prompts, which becomes one string. */
const MOST_BYTES = 2 ** 29 - 24;

/** A prompt to be answered; `reference` is the known answer. */
export type PromptRow = Omit<Question, "reference"> & { readonly reference?: string };

/**
 * Reads prompts from the argument, standard input or a file.
 *
 * @throws InputError E_USAGE where there is none, E_DATA for a file without prompts.
 */
export async function readPrompts(
  argument: string | undefined,
  flags: SettingsOf<"generate">,
): Promise<readonly PromptRow[]> {
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

async function promptsOfFile(path: string, flags: SettingsOf<"generate">): Promise<PromptRow[]> {
  const {
    "prompt-column": promptColumn,
    "response-column": responseColumn,
    "messages-column": messagesColumn,
  } = flags;
  if (/\.txt$/i.test(path)) {
    const lines = (await textOf(path)).split(/\r?\n/);
    return some(
      path,
      lines.flatMap((prompt, i) => (prompt.trim() === "" ? [] : [{ id: String(i + 1), prompt }])),
    );
  }
  const columns = { promptColumn, responseColumn, messagesColumn };
  const rows = await readDataRows(path, {
    columns: Object.values(columns).filter((name) => name !== undefined),
    optionName: flagOf,
  });
  const column = promptColumn ?? "prompt";
  // Files of answers have the name of each prompt in a column of its own.
  const passedOver = [column, "example"];
  const others = [...(rows[0]?.values.keys() ?? [])].filter((name) => !passedOver.includes(name));
  if (others.some(isDataColumn)) {
    const table = exampleTable(path, rows, { task: "causal-lm", ...columns, optionName: flagOf });
    return table.kind === "causal-lm" ? table.rows.map(questionOf) : [];
  }
  return some(
    path,
    rows.map(({ number, values }) => {
      const prompt = values.get(column);
      if (typeof prompt === "string" && prompt !== "") return { id: String(number), prompt };
      const found = prompt === undefined ? "no such column" : JSON.stringify(prompt);
      throw new InputError(
        "E_DATA",
        `${path}: row ${number} must hold a text in column ${column}, got ${found}`,
      );
    }),
  );
}

function some(path: string, prompts: PromptRow[]): PromptRow[] {
  if (prompts.length > 0) return prompts;
  throw new InputError("E_DATA", `${path} must hold at least one prompt, got none`);
}
