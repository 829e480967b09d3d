export {
  type KeepSuggestion,
  type SuggestKeepLayersOptions,
  suggestKeepLayers,
} from "./node/suggest-keep-layers.ts";
export { dequantizedWeights } from "./quantize/dequantized-weights.ts";
export type { KeepCandidate, KeepPlan } from "./quantize/keep-plan.ts";
export type { OutputShare } from "./quantize/output-shares.ts";
export {
  type QuantizedLayer,
  type QuantizeModelOptions,
  type QuantizeSummary,
  quantizeModel,
} from "./quantize/quantize-model.ts";
