export { type MergeSummary, type MergeWeights, mergeAdapter } from "./files/merge-adapter.ts";
export { modelAt } from "./files/model-folder.ts";
export { readPeftAdapter, writePeftAdapter } from "./files/peft-folder.ts";
export { type EncodedTensor, rewriteModel, type TensorProgress } from "./files/rewrite-model.ts";
export { openSafetensors, writeSafetensors } from "./files/safetensors-file.ts";
export type { WrittenModel as RewriteSummary } from "./files/write-model.ts";
export type { SafetensorsFile } from "./safetensors/open.ts";
export type { TensorSource } from "./tensor.ts";
