import type { BaseQuantization } from "@lorank/core/results";
import { type Base, type Head, readBase } from "@lorank/train/engine";
import type { Work } from "../driver/work.ts";

/** How the base of a side is quantised; undefined for float32. */
export function quantizationOf({ base }: Work): BaseQuantization | undefined {
  if (!base.startsWith("nf4")) return undefined;
  return { format: "nf4", blockSize: 64, ...(base === "nf4-dq" ? { doubleQuant: true } : {}) };
}

export function headOf({ task }: Work): Head {
  return task === "classification" ? { kind: task, labels: 2 } : { kind: task };
}

/** The base of a side. */
export function frozenBase(work: Work): Base {
  return readBase(work.model, headOf(work), quantizationOf(work));
}
