export { type ByteSource, bytesSource, type FileSource, type SyncByteSource } from "./byte-source.ts";
export type { FloatTensorDType, TensorDType } from "./dtype.ts";
export { type GgufAdapter, type GgufAdapterOptions, ggufAdapter } from "./gguf/adapter.ts";
export { type Gguf, parseGguf } from "./gguf/open.ts";
export type { GgufDType, StoredDType } from "./gguf-types.ts";
export { parseHubId } from "./hub-id.ts";
export { type ModelConfig, modelConfig, modelDigest, modelWeights } from "./model/model.ts";
export { type ModelSource, modelSource } from "./model/model-source.ts";
export { modelTokenizer } from "./model/tokenizer.ts";
export {
  type ModelTokenizer,
  type NamedText,
  parseModelTokenizer,
  type TokenizerFiles,
} from "./model-tokenizer.ts";
export {
  classesOf,
  type LoraLayer,
  layerScaling,
  type Matrix,
  namesById,
  type PeftAdapter,
  type PeftTaskType,
} from "./peft/adapter.ts";
export { parsePeftAdapter, peftAdapterBytes, peftAdapterFiles } from "./peft/files.ts";
export {
  type ConsumerWarning,
  consumerWarnings,
  type LayerError,
  type PortableOptions,
  portableAdapter,
  type TruncatedAdapter,
  truncateAdapter,
  vllmRankNote,
} from "./peft/forms.ts";
export { type AdapterParts, peftKey } from "./peft/keys.ts";
export type { NpmFolder } from "./peft/model-card.ts";
export {
  encodeSafetensors,
  type Metadata,
  safetensorsByteLength,
  safetensorsParts,
} from "./safetensors/encode.ts";
export {
  parseSafetensorsHeader,
  type SafetensorsHeader,
  type SafetensorsInfo,
  safetensorsHeaderLength,
} from "./safetensors/header.ts";
export {
  parseSafetensors,
  type Safetensors,
  type SafetensorsFile,
  safetensorsIn,
} from "./safetensors/open.ts";
export type { Float32Tensor, Shaped, TensorInfo, TensorSource } from "./tensor.ts";
