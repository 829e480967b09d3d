export { quantizedNames, readQuantized } from "./checkpoint-read.ts";
export { quantizedTensors } from "./checkpoint-write.ts";
export { dequantize4bit } from "./dequantize.ts";
export { restoreAbsmax } from "./double-quant.ts";
export { type ErrorFigures, errorFigures } from "./error-figures.ts";
export type { WeightDType } from "./quant-state.ts";
export { quantize4bit } from "./quantize.ts";
export {
  type BlockSize,
  blockSizes,
  type Format4bit,
  levels4bit,
  type Quantized4bit,
  quantizeDefaults,
} from "./quantized.ts";
export { storage4bit } from "./storage.ts";
