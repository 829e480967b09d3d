import type { BaseQuantization } from "@lorank/core/results";
import { type Base, readBase } from "@lorank/train/engine";
import type { Work } from "../driver/work.ts";

const quantizations: Readonly<Record<Exclude<Work["base"], "float32" | "autocast">, BaseQuantization>> = {
  nf4: { format: "nf4", blockSize: 64 },
  "nf4-dq": { format: "nf4", blockSize: 64, doubleQuant: true },
};

/** The base of a side. */
export function frozenBase({ model, task, base }: Work): Base {
  const head = task === "classification" ? ({ kind: task, labels: 2 } as const) : ({ kind: task } as const);
  return readBase(model, head, base === "float32" || base === "autocast" ? undefined : quantizations[base]);
}
