import type { Row } from "../../src/data/rows.ts";
import { kindOf, type ReadOptions, rowsOfText } from "../../src/data/table-file.ts";
import { readBytes } from "../../src/node/data-files.ts";

/** The rows of a data file that is neither Parquet nor standard input. */
export function readRows(path: string, options: ReadOptions = {}): Row[] {
  const kind = kindOf(path);
  if (kind === "parquet") throw new Error(`${path} is read by readDataRows`);
  return rowsOfText(path, kind, readBytes(path, Number.POSITIVE_INFINITY), options);
}
