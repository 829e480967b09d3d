export { InputError, isInputError, machineErrorCode } from "./errors.ts";
export { formatBytes, formatCount, formatDecimalBytes } from "./format.ts";
export { parseJson, printable } from "./json.ts";
export {
  type ActivationName,
  type ModelComputation,
  type TrainableModelType,
  trainableModelTypes,
} from "./model/computation/computation.ts";
export type { LayerKind } from "./model/computation/layer-kinds.ts";
export type { RopeSettings } from "./model/computation/rope.ts";
export type { LinearInput, LinearShape, ModelLinear } from "./model/linear-shapes.ts";
export { assertRank, countLoraParams, scalingOf } from "./model/lora.ts";
export {
  type ModelShapeOptions,
  modelShapeFromConfig,
  modelTypes,
  type TrainableModel,
  trainableModelFromConfig,
} from "./model/model-shape.ts";
export type {
  BlockShape,
  FeedForwardShape,
  ModelHead,
  ModelParams,
  ModelShape,
  ModelType,
} from "./model/shape.ts";
export { selectTargets, type TargetLayer, targetLayers, targetNames } from "./model/targets.ts";
export { namedSeparator } from "./named-separator.ts";
export { adapterKinds, type KindChoice, kindMembers, kindOf, portableRule } from "./results/adapter-kinds.ts";
export type { FactorMatrix, LoraFactors } from "./spectrum/factors.ts";
export {
  rankAtEnergy,
  type Spectrum,
  spectrumOf,
  type TruncatedLora,
  truncateLora,
} from "./spectrum/spectrum.ts";
