import { resolve } from "node:path";
import type { PeftAdapter } from "@lorank/checkpoint";
import { toPeftAdapter as inPeftForm, type TrainedAdapter } from "../adapter/peft.ts";

/** The trained tensors in PEFT's form. */
export function toPeftAdapter(trained: TrainedAdapter): PeftAdapter {
  return inPeftForm({ ...trained, modelPath: resolve(trained.modelPath) });
}
