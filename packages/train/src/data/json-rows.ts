import { InputError } from "@lorank/core";
import { listRows, type Row } from "./row.ts";

/** One object a line. A row's number is that of its line. Throws E_DATA with every line that is none. */
export function jsonLines(name: string, text: string): Row[] {
  const rows: Row[] = [];
  const wrong: { readonly line: number; readonly why: string }[] = [];
  for (const [i, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const value = parsed(line);
    if (isObject(value)) rows.push({ number: i + 1, values: new Map(Object.entries(value)) });
    else wrong.push({ line: i + 1, why: value instanceof SyntaxError ? `: ${value.message}` : "" });
  }
  if (wrong.length === 0) return rows;
  const lines = listRows(
    wrong.map(({ line }) => line),
    "line",
  );
  const first = wrong.find(({ why }) => why !== "");
  const example = first === undefined ? "" : ` (line ${first.line}${first.why})`;
  throw new InputError(
    "E_DATA",
    `every line of ${name} must be a JSON object, got another in ${lines}${example}`,
  );
}

/** A list of objects, numbered from 1; or one object a line, as many files of this name hold. Throws E_DATA. */
export function jsonRows(name: string, text: string): Row[] {
  const value = parsed(text);
  if (Array.isArray(value)) return listed(name, value);
  if (text.trimStart().startsWith("{") && (value instanceof SyntaxError || !text.trim().includes("\n")))
    return jsonLines(name, text);
  const rule = `${name} must hold a list of JSON objects`;
  if (!(value instanceof SyntaxError)) throw new InputError("E_DATA", `${rule}, got another value`);
  throw new InputError("E_DATA", `${rule}: ${value.message}${lineOf(value.message, text)}`, { cause: value });
}

function listed(name: string, values: readonly unknown[]): Row[] {
  const wrong = values.flatMap((value, i) => (isObject(value) ? [] : [i + 1]));
  if (wrong.length > 0)
    throw new InputError(
      "E_DATA",
      `every value of the list in ${name} must be a JSON object, got another in ${listRows(wrong)}`,
    );
  return values.map((value, i) => ({ number: i + 1, values: new Map(Object.entries(value as object)) }));
}

/** The value, or the error that says why it is none. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return error;
  }
}

function isObject(value: unknown): value is object {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof SyntaxError)
  );
}

/** ` (line 3)`, where the message names a position and not yet a line. */
function lineOf(message: string, text: string): string {
  const position = /position (\d+)/.exec(message)?.[1];
  const end = position ?? (/end of JSON/.test(message) ? text.trimEnd().length : undefined);
  if (end === undefined || message.includes("line ")) return "";
  return ` (line ${text.slice(0, Number(end)).split("\n").length})`;
}
