import { readBytes } from "../../src/data-files.ts";
import type { ReadOptions } from "../../src/read-options.ts";
import type { Row } from "../../src/rows.ts";
import { kindOf } from "../../src/table-file.ts";
import { rowsOfText } from "../../src/text-rows.ts";

/** The rows of a data file that is neither Parquet nor standard input. */
export function readRows(path: string, options: ReadOptions = {}): Row[] {
  const kind = kindOf(path);
  if (kind === "parquet") throw new Error(`${path} is read by readDataRows`);
  return rowsOfText(path, kind, readBytes(path, Number.POSITIVE_INFINITY), options);
}
