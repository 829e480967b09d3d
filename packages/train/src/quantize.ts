export { dequantizedWeights } from "./quantize/dequantized-weights.ts";
export { type QuantizedLayer, type QuantizeSummary, quantizeModel } from "./quantize/quantize-model.ts";
