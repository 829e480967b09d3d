export { writeFileAtomic } from "./atomic-file.ts";
export { assertReplaceable, type FolderOptions, writeFolder } from "./atomic-folder.ts";
export { classesOf, namesById } from "./class-names.ts";
export { type CommitOutcome, commitOnce } from "./commit-once.ts";
export type { TensorDType } from "./dtype.ts";
export type { FloatDType } from "./float-narrow.ts";
export type { GgufDType, StoredDType } from "./gguf/types.ts";
export { type HubId, parseHubId } from "./hub/hub-id.ts";
export type { HubProgress } from "./hub/progress.ts";
export {
  type ResolveModelOptions,
  type ResolveOptions,
  resolveAdapter,
  resolveModel,
} from "./hub/resolve.ts";
export { makeFolder } from "./make-folder.ts";
export { type ModelConfig, modelSha256, openModelWeights, readModelConfig } from "./model-folder.ts";
export {
  type EncodedTensor,
  type RewriteOptions,
  type RewriteSummary,
  rewriteModel,
  type TensorProgress,
} from "./model-rewrite.ts";
export { type ModelTokenizer, readModelTokenizer } from "./model-tokenizer.ts";
export {
  type LoraLayer,
  layerScaling,
  type Matrix,
  type PeftAdapter,
  type PeftTaskType,
} from "./peft-adapter.ts";
export { type ConsumerWarning, consumerWarnings } from "./peft-consumers.ts";
export { type AdapterParts, peftKey } from "./peft-keys.ts";
export { type MergeOptions, type MergeSummary, mergeAdapter } from "./peft-merge.ts";
export { type PortableOptions, portableAdapter } from "./peft-portable.ts";
export { readPeftAdapter } from "./peft-read.ts";
export { type LayerError, type TruncatedAdapter, truncateAdapter } from "./peft-truncate.ts";
export { peftAdapterBytes, writePeftAdapter } from "./peft-write.ts";
export {
  encodeSafetensors,
  type Metadata,
  safetensorsByteLength,
  writeSafetensors,
} from "./safetensors-encode.ts";
export {
  openSafetensors,
  readSafetensors,
  type SafetensorsFile,
  type Shaped,
  type Tensor,
  type TensorSource,
} from "./safetensors-file.ts";
export {
  parseSafetensorsHeader,
  type SafetensorsHeader,
  safetensorsHeaderLength,
  type TensorInfo,
} from "./safetensors-header.ts";
export { sha256OfBytes, sha256OfFile } from "./sha256.ts";
