export type { ModelConfig } from "../model/model.ts";
export type { SafetensorsFile } from "../safetensors/open.ts";
export type { TensorSource } from "../tensor.ts";
export { replaceFile, writeFileAtomic } from "./atomic-file.ts";
export { checkOutputFolder, type FolderOptions, writeFolder } from "./atomic-folder.ts";
export { type CommitOutcome, commitOnce } from "./commit-once.ts";
export { copyFileAtomic, haveSameBytes } from "./copy-file.ts";
export { openRegularFile, readWholeFile } from "./descriptor.ts";
export { makeFolder } from "./make-folder.ts";
export { type MergeOptions, type MergeSummary, type MergeWeights, mergeAdapter } from "./merge-adapter.ts";
export { modelAt, modelSha256, openModelWeights, readModelConfig } from "./model-folder.ts";
export { readModelTokenizer } from "./model-tokenizer.ts";
export { readPeftAdapter, writePeftAdapter } from "./peft-folder.ts";
export { isProcessRunning, processStart } from "./process.ts";
export {
  type EncodedTensor,
  type RewriteOptions,
  type RewriteSummary,
  rewriteModel,
  type TensorProgress,
} from "./rewrite-model.ts";
export { openSafetensors, readSafetensors, writeSafetensors } from "./safetensors-file.ts";
export { sha256OfFile } from "./sha256.ts";
export { freeBytes, reading, throwIfUnreadable, writing } from "./system-error.ts";
