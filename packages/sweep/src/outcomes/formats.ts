import { closeSync, openSync, readSync, statSync } from "node:fs";
import { basename, extname } from "node:path";
import type { FileStart, OutcomeFormat } from "./format.ts";
import { inspect } from "./inspect.ts";
import { lighteval } from "./lighteval.ts";
import { lmEval } from "./lm-eval.ts";
import { plain } from "./plain.ts";
import { promptfoo } from "./promptfoo.ts";

/** All formats; the first that recognises a file reads it. */
const formats: readonly OutcomeFormat[] = [lmEval, inspect, promptfoo, lighteval, plain];

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
    // A pipe could be read once only.
    if (!statSync(path).isFile()) return "";
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
