import * as ort from "onnxruntime-web/webgpu";
import { type CaseOutcomes, casesOn } from "./cases-on.ts";

export function main(threads: number): Promise<CaseOutcomes> {
  return casesOn(ort, "webgpu", threads);
}
