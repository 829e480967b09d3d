export { replaceFile, writeFileAtomic } from "./files/atomic-file.ts";
export { checkOutputFolder, type FolderOptions, makeFolder, writeFolder } from "./files/atomic-folder.ts";
export { type CommitOutcome, commitOnce } from "./files/commit-once.ts";
export { copyFileAtomic, digestOfFile, haveSameBytes } from "./files/copy-file.ts";
export { openRegularFile, readTextFile, readWholeFile, sha256OfFile } from "./files/descriptor.ts";
export {
  type MergeOptions,
  type MergeSummary,
  type MergeWeights,
  mergeAdapter,
} from "./files/merge-adapter.ts";
export {
  modelAt,
  modelSha256,
  openModelWeights,
  readModelConfig,
  readModelTokenizer,
} from "./files/model-folder.ts";
export { readPeftAdapter, writePeftAdapter } from "./files/peft-folder.ts";
export { isProcessRunning, processStart } from "./files/process.ts";
export {
  type EncodedTensor,
  type RewriteOptions,
  rewriteModel,
  type TensorProgress,
} from "./files/rewrite-model.ts";
export { openSafetensors, readSafetensors, writeSafetensors } from "./files/safetensors-file.ts";
export { freeBytes, reading, throwIfUnreadable, writing } from "./files/system-error.ts";
export type { WrittenModel as RewriteSummary } from "./files/write-model.ts";
export type { ModelConfig } from "./model/model.ts";
export type { SafetensorsFile } from "./safetensors/open.ts";
export type { TensorSource } from "./tensor.ts";
