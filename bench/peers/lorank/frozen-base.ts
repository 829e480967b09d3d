import { type Base, readBase } from "@lorank/train";
import type { Work } from "../driver/work.ts";

/**
 * The base of a side. Undefined where `@lorank/train` cannot hold it so.
 *
 * HOOK for 4-bit bases: when `readBase` takes a format, pass it here, and the cases minilm-nf4 and smollm2-qlora run.
 */
export function frozenBase({ model, task, base }: Work): Base | undefined {
  if (base !== "float32") return undefined;
  return readBase(model, task === "classification" ? { kind: task, labels: 2 } : { kind: task });
}
