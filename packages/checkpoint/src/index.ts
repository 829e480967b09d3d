export type { ByteSource, FileSource } from "./byte-source.ts";
export type { FloatTensorDType } from "./dtype.ts";
export { ggufAdapter } from "./gguf/adapter.ts";
export { parseHubId } from "./hub-id.ts";
export { modelConfig, modelDigest, modelEndTokens, modelWeights } from "./model/model.ts";
export { type ModelSource, modelSource } from "./model/model-source.ts";
export { modelTokenizer } from "./model/tokenizer.ts";
export type { ModelTokenizer } from "./model-tokenizer.ts";
export {
  classesOf,
  type LoraLayer,
  layerScaling,
  type Matrix,
  type PeftAdapter,
} from "./peft/adapter.ts";
export { parsePeftAdapter, peftAdapterBytes, peftAdapterFiles } from "./peft/files.ts";
export {
  type ConsumerWarning,
  consumerWarnings,
  type LayerError,
  portableAdapter,
  truncateAdapter,
  vllmRankNote,
} from "./peft/forms.ts";
export { peftKey } from "./peft/keys.ts";
export { patternLookup } from "./peft/pattern.ts";
export { safetensorsParts } from "./safetensors/encode.ts";
export { safetensorsIn } from "./safetensors/open.ts";
export type { Float32Tensor, TensorSource } from "./tensor.ts";
