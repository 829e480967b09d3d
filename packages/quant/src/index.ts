export {
  type QuantizedSource,
  type QuantizedWeight,
  quantizedNames,
  readQuantized,
} from "./checkpoint-read.ts";
export { type EncodedTensor, quantizedTensors } from "./checkpoint-write.ts";
export { type DequantizeOptions, dequantize4bit, dequantizeFp4, dequantizeNf4 } from "./dequantize.ts";
export { restoreAbsmax } from "./double-quant.ts";
export { type ErrorFigures, errorFigures } from "./error-figures.ts";
export type { WeightDType, WeightOrigin } from "./quant-state.ts";
export { type QuantizeOptions, quantize4bit, quantizeFp4, quantizeNf4 } from "./quantize.ts";
export {
  type BlockAbsmax,
  type BlockSize,
  blockSizes,
  type Format4bit,
  levels4bit,
  type Quantized4bit,
  quantizeDefaults,
} from "./quantized.ts";
export { type Storage4bit, storage4bit } from "./storage.ts";
