import type { DataOptions } from "../data/data-options.ts";
import { type LoadedDataset, loadDataset as load } from "../data/load-dataset.ts";
import type { Row } from "../data/row.ts";
import { type ReadOptions, tableRows, textTableRows } from "../data/table-file.ts";
import { readBytes, readData } from "./read-bytes.ts";

/** The rows of a data file of any kind that is read here, `.parquet` included; `-` is standard input. Throws E_DATA as {@link readRows} does. */
export async function readDataRows(path: string, options: ReadOptions = {}): Promise<Row[]> {
  return tableRows(path, readData, options);
}

/**
 * The rows of a `.csv`, `.tsv`, `.txt`, `.json`, `.jsonl` or `.ndjson` file. Throws E_DATA for a file that is not what its
 * name says.
 */
export function readRows(path: string, options: ReadOptions = {}): Row[] {
  return textTableRows(path, readBytes, options);
}

/**
 * Reads the data of a sweep, for either task.
 *
 * @throws InputError with all that is wrong with the options (E_CONFIG) or the data (E_DATA).
 */
export async function loadDataset(options: DataOptions): Promise<LoadedDataset> {
  return load(options, readData);
}
