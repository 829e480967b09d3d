export { dequantizedWeights } from "./dequantized-weights.ts";
export type { KeepCandidate, KeepPlan } from "./keep-plan.ts";
export type { OutputShare } from "./output-shares.ts";
export {
  type QuantizedLayer,
  type QuantizeModelOptions,
  type QuantizeSummary,
  quantizeModel,
} from "./quantize-model.ts";
export {
  type KeepSuggestion,
  type SuggestKeepLayersOptions,
  suggestKeepLayers,
} from "./suggest-keep-layers.ts";
