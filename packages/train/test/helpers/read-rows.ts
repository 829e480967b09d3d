import type { Row } from "../../src/data/rows.ts";
import { type ReadOptions, textTableRows } from "../../src/data/table-file.ts";
import { readBytes } from "../../src/node/data-files.ts";

/** The rows of a data file that is neither Parquet nor standard input. */
export function readRows(path: string, options: ReadOptions = {}): Row[] {
  return textTableRows(path, readBytes, options);
}
