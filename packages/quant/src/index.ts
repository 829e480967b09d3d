export {
  type QuantizedSource,
  type QuantizedWeight,
  quantizedNames,
  readQuantized,
} from "./checkpoint-read.ts";
export { type EncodedTensor, quantizedTensors, type WeightOrigin } from "./checkpoint-write.ts";
export { type DequantizeOptions, dequantize4bit, dequantizeFp4, dequantizeNf4 } from "./dequantize.ts";
export { compressAbsmax, restoreAbsmax } from "./double-quant.ts";
export { dynamicLevels } from "./dynamic-code.ts";
export { type ErrorFigures, errorFigures } from "./error-figures.ts";
export {
  type BlockSize,
  blockSizes,
  byteLevels4bit,
  type Format4bit,
  levels4bit,
  quantizeDefaults,
} from "./formats.ts";
export type { WeightDType } from "./quant-state.ts";
export { type QuantizeOptions, quantize4bit, quantizeFp4, quantizeNf4 } from "./quantize.ts";
export { type BlockAbsmax, nestedBlockSize, type Quantized4bit } from "./quantized.ts";
export { type Storage4bit, storage4bit } from "./storage.ts";
