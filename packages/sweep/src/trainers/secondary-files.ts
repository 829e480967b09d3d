import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "@lorank/core";
import type { SecondaryValues } from "@lorank/evidence/schema";
import { columnsOf, type Row, tableRows } from "@lorank/tables";
import { readData } from "@lorank/tables/node";
import { orderOfExamples } from "./examples.ts";

/** Largest outcome in size: squares must stay finite. */
const most = 1e150;

interface SecondaryRules {
  /** Names of the sweep's outcomes beside the metric. */
  readonly names: readonly string[];
  /** File with an outcome's examples, which the first run decides. */
  readonly reference: (name: string) => string;
}

/**
 * Reads a run's outcomes beside the metric, `outcomes.<name>.csv` or `.jsonl` in `folder`. A row has an example and its
 * value, sorted by the first run's examples; or a single row has the run's value.
 *
 * @throws InputError `E_OUTCOMES` that names the file, for a missing one, a wrong value or other examples.
 */
export async function secondaryFrom(
  folder: string,
  { names, reference }: SecondaryRules,
): Promise<SecondaryValues[]> {
  const found: SecondaryValues[] = [];
  for (const name of names) {
    const file = fileOf(folder, name);
    found.push({ name, values: await valuesIn(file, reference(name)) });
  }
  return found;
}

function fileOf(folder: string, name: string): string {
  const files = ["csv", "jsonl"].map((ending) => join(folder, `outcomes.${name}.${ending}`));
  const file = files.find((path) => existsSync(path) && statSync(path).isFile());
  if (file !== undefined) return file;
  const rule =
    "must be there when the command ends with 0: a row for each example, example,value, or one value";
  throw new InputError("E_OUTCOMES", `${files[0]} (or .jsonl) ${rule}; got none`);
}

async function valuesIn(file: string, reference: string): Promise<number[]> {
  const rows = await tableRows(file, readData);
  const columns = columnsOf(rows);
  const needed = rows.length === 1 ? ["value"] : ["example", "value"];
  const missing = needed.filter((column) => !columns.includes(column));
  if (missing.length > 0) {
    const got = columns.join(", ") || "no row";
    throw new InputError("E_OUTCOMES", `${file} must have the columns example and value, got ${got}`);
  }
  const values = rows.map((row) => numberOf(row, file));
  const examples = rows.map((row) => exampleOf(row, file));
  const seen = new Set<string>();
  const repeated = examples.find((example) => seen.size === seen.add(example).size);
  if (repeated !== undefined)
    throw new InputError("E_OUTCOMES", `${file} must have each example once, got ${repeated} again`);
  const lines = rows.map(lineOf);
  return orderOfExamples({ examples, lines }, { file, reference }).map((i) => values[i]!);
}

function numberOf(row: Row, file: string): number {
  const value = row.values.get("value");
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number === "number" && Math.abs(number) <= most) return number;
  const got = JSON.stringify(value) ?? "nothing";
  throw new InputError("E_OUTCOMES", `${file}, line ${lineOf(row)}: value must be a number, got ${got}`);
}

/** Name of a row's example; of a run's only row it may be left out. */
function exampleOf(row: Row, file: string): string {
  const example = row.values.get("example") ?? "run";
  const name = typeof example === "string" ? example.trim() : example;
  if ((typeof name === "string" && name !== "") || typeof name === "number") return String(name);
  const got = JSON.stringify(example);
  throw new InputError("E_OUTCOMES", `${file}, line ${lineOf(row)}: example must be a name, got ${got}`);
}

function lineOf({ number, sheetRow = number }: Row): number {
  return sheetRow;
}
