import { closeSync, openSync, readSync } from "node:fs";
import { basename, extname } from "node:path";
import type { FileStart, OutcomeFormat } from "./format.ts";
import { plain } from "./plain.ts";

/** All formats; the first that recognises a file reads it. */
const formats: readonly OutcomeFormat[] = [plain];

/** Finds the format of a file, which somebody named or which was found below a folder; undefined for what holds no outcomes. */
export function formatOf(path: string, isNamed: boolean): OutcomeFormat | undefined {
  let head: string | undefined;
  const start: FileStart = {
    ...{ path, isNamed },
    name: basename(path),
    extension: extname(path).toLowerCase(),
    head: () => (head ??= headOf(path)),
  };
  return formats.find((format) => format.recognises(start));
}

function headOf(path: string): string {
  const bytes = Buffer.alloc(4096);
  try {
    const file = openSync(path, "r");
    try {
      return bytes.toString("latin1", 0, readSync(file, bytes));
    } finally {
      closeSync(file);
    }
  } catch {
    return "";
  }
}
