export { dequantizedWeights } from "./quantize/dequantized-weights.ts";
export {
  type QuantizedLayer,
  type QuantizeModelOptions,
  type QuantizeSummary,
  quantizeModel,
} from "./quantize/quantize-model.ts";
