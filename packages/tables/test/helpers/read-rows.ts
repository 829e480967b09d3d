import { readBytes } from "../../src/data-files.ts";
import type { Row } from "../../src/rows.ts";
import { kindOf, type ReadOptions, rowsOfText } from "../../src/table-file.ts";

/** The rows of a data file that is neither Parquet nor standard input. */
export function readRows(path: string, options: ReadOptions = {}): Row[] {
  const kind = kindOf(path);
  if (kind === "parquet") throw new Error(`${path} is read by readDataRows`);
  return rowsOfText(path, kind, readBytes(path, Number.POSITIVE_INFINITY), options);
}
