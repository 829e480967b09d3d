export { restoreAbsmax } from "./double-quant.ts";
export { dequantize4bit, type ErrorFigures, errorFigures, quantize4bit, storage4bit } from "./quantize.ts";
export {
  type BlockSize,
  type Format4bit,
  levels4bit,
  type Quantized4bit,
  quantizeDefaults,
} from "./quantized.ts";
