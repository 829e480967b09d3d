import { basename, extname } from "node:path";
import type { FileStart, OutcomeFormat } from "./format.ts";
import { inspect } from "./inspect.ts";
import { lighteval } from "./lighteval.ts";
import { lmEval } from "./lm-eval.ts";
import { plain } from "./plain.ts";
import { promptfoo } from "./promptfoo.ts";
import { headOf } from "./read-lines.ts";

/** All formats; the first that recognises a file reads it. */
const formats: readonly OutcomeFormat[] = [lmEval, inspect, promptfoo, lighteval, plain];

/** Finds the format of a file, which somebody named or which was found below a folder; undefined for what holds no outcomes. */
export function formatOf(path: string, isNamed: boolean): OutcomeFormat | undefined {
  let head: string | undefined;
  const start: FileStart = {
    ...{ path, isNamed },
    name: basename(path),
    extension: extname(path).toLowerCase(),
    head: () => (head ??= headOf(path, 4096)),
  };
  return formats.find((format) => format.recognises(start));
}
