export type { TensorDType } from "./dtype.ts";
export { writeFileAtomic } from "./files/atomic-file.ts";
export { assertReplaceable, type FolderOptions, writeFolder } from "./files/atomic-folder.ts";
export { type CommitOutcome, commitOnce } from "./files/commit-once.ts";
export { makeFolder } from "./files/make-folder.ts";
export { type MergeOptions, type MergeSummary, mergeAdapter } from "./files/merge-adapter.ts";
export { type ModelConfig, modelSha256, openModelWeights, readModelConfig } from "./files/model-folder.ts";
export { peftAdapterBytes, writePeftAdapter } from "./files/peft-folder.ts";
export {
  type EncodedTensor,
  type RewriteOptions,
  type RewriteSummary,
  rewriteModel,
  type TensorProgress,
} from "./files/rewrite-model.ts";
export {
  openSafetensors,
  readSafetensors,
  type SafetensorsFile,
  type Shaped,
  type Tensor,
  type TensorSource,
} from "./files/safetensors-file.ts";
export { sha256OfBytes, sha256OfFile } from "./files/sha256.ts";
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
export { type ModelTokenizer, readModelTokenizer } from "./model-tokenizer.ts";
export {
  type LoraLayer,
  layerScaling,
  type Matrix,
  type PeftAdapter,
  type PeftTaskType,
} from "./peft/adapter.ts";
export { classesOf, namesById } from "./peft/class-names.ts";
export { type ConsumerWarning, consumerWarnings } from "./peft/consumers.ts";
export { type AdapterParts, peftKey } from "./peft/keys.ts";
export { type PortableOptions, portableAdapter } from "./peft/portable.ts";
export { type LayerError, type TruncatedAdapter, truncateAdapter } from "./peft/truncate.ts";
export { readPeftAdapter } from "./peft-read.ts";
export {
  encodeSafetensors,
  type Metadata,
  safetensorsByteLength,
  writeSafetensors,
} from "./safetensors/encode.ts";
export {
  parseSafetensorsHeader,
  type SafetensorsHeader,
  safetensorsHeaderLength,
  type TensorInfo,
} from "./safetensors/header.ts";
