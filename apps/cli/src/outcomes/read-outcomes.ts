import { InputError } from "@lorank/core";
import { type Outcome, type OutcomeTable, outcomesFromRows } from "@lorank/core/decide";
import { type Row, readRows } from "@lorank/train/data";

const required = ["rank", "seed", "example", "correct"];

/**
 * Reads outcomes that any trainer wrote: a row for each rank, seed and evaluation example.
 *
 * @throws InputError `E_COLUMN` for a column that is missing, `E_OUTCOMES` for bad rows.
 */
export function readOutcomes(file: string): OutcomeTable {
  const rows = readRows(file);
  const columns = [...new Set(rows.flatMap(({ values }) => [...values.keys()]))];
  const missing = required.filter((name) => !columns.includes(name));
  if (missing.length > 0) {
    const have = columns.join(", ") || "none";
    throw new InputError(
      "E_COLUMN",
      `${file} must have the columns ${required.join(", ")}; ${missing.join(", ")} missing, got ${have}`,
    );
  }
  return outcomesFromRows(rows.map(outcome));
}

function outcome({ values: cells }: Row): Outcome {
  const [logLoss, label] = [cells.get("logLoss"), cells.get("label")];
  const example = cells.get("example");
  return {
    rank: number(cells.get("rank")),
    seed: number(cells.get("seed")),
    example: typeof example === "number" ? example : String(example ?? ""),
    correct: share(cells.get("correct")),
    ...(logLoss === undefined || logLoss === "" || logLoss === null ? {} : { logLoss: number(logLoss) }),
    ...(label === undefined || label === null || label === "" ? {} : { label: String(label) }),
  };
}

/** NaN for what is no number: the table's own check says which row it is in. */
function number(cell: unknown): number {
  if (typeof cell === "number") return cell;
  return typeof cell === "string" && cell.trim() !== "" ? Number(cell) : Number.NaN;
}

/** Python writes True and False. */
function share(cell: unknown): number {
  if (typeof cell === "boolean") return Number(cell);
  if (typeof cell === "string" && /^(true|false)$/i.test(cell)) return Number(cell.toLowerCase() === "true");
  return number(cell);
}
