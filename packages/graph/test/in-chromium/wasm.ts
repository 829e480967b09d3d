import * as ort from "onnxruntime-web/wasm";
import { type CaseOutcomes, casesOn } from "./cases-on.ts";

export function main(threads: number): Promise<CaseOutcomes> {
  return casesOn(ort, "wasm", threads);
}
