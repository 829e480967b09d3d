import { existsSync } from "node:fs";
import type { Readable, Writable } from "node:stream";
import { isCancel, select, text } from "@clack/prompts";
import type { Row } from "@lorank/tables";
import { camelCase } from "../../flags/flag-names.ts";
import { readFlags } from "../../settings/read.ts";
import { recipeNames, recipes } from "../../settings/recipes.ts";
import { type Answers, columnKeys, columnsFor, recipeOf, rowsOf, usualAnswers } from "./answers.ts";
import { settings } from "./command.ts";

export interface Streams {
  readonly input?: Readable;
  readonly output?: Writable;
}

const trainers = [
  ["lorank", "this engine: no Python, no script"],
  ...recipeNames.map((name) => [name, recipes[name].hint] as const),
] as const;

/**
 * Asks for the flags of `init`; default answers are omitted. Undefined if cancelled. Throws `E_DATA` for unreadable
 * data.
 */
export async function ask(
  usualFolder: string,
  streams: Streams = {},
): Promise<{ readonly folder: string; readonly answers: Answers } | undefined> {
  try {
    return await askAll(usualFolder, streams);
  } catch (error) {
    if (error === cancelled) return undefined;
    throw error;
  }
}

async function askAll(
  usualFolder: string,
  streams: Streams,
): Promise<{ readonly folder: string; readonly answers: Answers }> {
  const answers = new Map<string, string>();
  const typed = async (key: string, message: string, fallback: string): Promise<string> => {
    const validate = (value: string | undefined): string | undefined =>
      value === undefined || value === "" || value === fallback ? undefined : faultOf(key, value);
    const question = { message, placeholder: fallback, defaultValue: fallback, validate, ...streams };
    const answer = unlessCancelled(await text(question));
    if (answer !== fallback && key !== "folder") answers.set(key, answer);
    return answer;
  };
  const chosen = async (
    message: string,
    options: readonly (readonly [name: string, hint?: string])[],
    first?: string,
  ): Promise<string> => {
    const listed = options.map(([value, hint]) => ({ value, label: value, ...(hint && { hint }) }));
    return unlessCancelled(
      await select<string>({ message, options: listed, ...(first && { initialValue: first }), ...streams }),
    );
  };

  const trainer = await chosen("What trains?", trainers, "lorank");
  if (trainer !== "lorank") answers.set("trainer", trainer);
  const recipe = recipeOf({ trainer: trainer as NonNullable<Answers["trainer"]> });
  const standard = usualAnswers(recipe);
  if (standard.data !== undefined && standard.model !== undefined) {
    const data = await typed("data", "Which file has your data?", standard.data);
    if (recipe === undefined && data !== standard.data) {
      const rows = await rowsOf(data);
      for (const [key, column] of Object.entries(await askColumns(data, rows, chosen)))
        answers.set(key, column);
    }
    await typed("model", "Which model: a folder, a .gguf file or a hub id (org/name)?", standard.model);
  }
  await typed("ranks", "Which ranks?", standard.ranks);
  await typed("seeds", "How many seeds?", standard.seeds);
  const folder = await typed("folder", "Into which folder?", usualFolder);
  const flags = Object.fromEntries([...answers].map(([key, value]) => [camelCase(key), value]));
  return { folder, answers: readFlags(settings, flags) };
}

type Columns = { readonly [Key in (typeof columnKeys)[number]]?: string | undefined };

async function askColumns(
  data: string,
  rows: readonly Row[],
  chosen: (message: string, options: readonly (readonly [name: string])[], first?: string) => Promise<string>,
): Promise<Record<string, string>> {
  const names = [...new Set(rows.flatMap(({ values }) => [...values.keys()]))];
  const found = columnsFound(data, rows.slice(0, 100), names);
  const answers: Record<string, string> = {};
  for (const key of columnKeys.filter((one) => one in found)) {
    const free = names.filter((name) => !Object.values(answers).includes(name));
    const question = `Which column has the ${key.replace("-column", "")}?`;
    answers[key] = await chosen(
      question,
      free.map((name) => [name] as const),
      found[key],
    );
  }
  return answers;
}

/** Column flags for a sweep, or the text column's alone, if only that is found. */
function columnsFound(data: string, rows: readonly Row[], names: readonly string[]): Columns {
  const found = (question: Answers): Columns | undefined => {
    try {
      return columnsFor(data, rows, question);
    } catch {
      return undefined;
    }
  };
  const beside = names.map((name) => found({ "label-column": name })?.["text-column"]);
  return found({}) ?? { "text-column": beside.find((name) => name !== undefined), "label-column": undefined };
}

const cancelled = Symbol("cancelled");

function unlessCancelled<T>(answer: T): Exclude<T, symbol> {
  if (isCancel(answer)) throw cancelled;
  return answer as Exclude<T, symbol>;
}

function faultOf(key: string, value: string): string | undefined {
  if (key === "data" && !existsSync(value)) return "It must be a file that is there.";
  const kind = settings.find((setting) => setting.key === key)?.kind;
  const isRight = kind === undefined || kind.parse(kind.fromText(value)) !== undefined;
  return isRight ? undefined : `It must be ${kind.rule}.`;
}
