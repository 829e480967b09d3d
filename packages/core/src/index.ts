export { InputError, isInputError, machineErrorCode } from "./errors.ts";
export { formatBytes, formatCount, formatDecimalBytes } from "./format.ts";
export { jsonIssues, parseJson, printable, type SchemaIssue } from "./json.ts";
export { adapterKinds, type KindChoice, type KindMembers, kindOf } from "./model/adapter-kinds.ts";
export {
  type ActivationName,
  type TrainableModelType,
  trainableModelTypes,
} from "./model/computation/computation.ts";
export type { RopeSettings } from "./model/computation/rope.ts";
export { assertRank, countLoraParams, type ScalingRule, scalingOf } from "./model/lora.ts";
export {
  modelShapeFromConfig,
  modelTypes,
  type TrainableModel,
  trainableModelFromConfig,
} from "./model/model-shape.ts";
export type { ModelHead, ModelShape, ModelType } from "./model/shape.ts";
export { selectTargets, type TargetLayer, targetLayers, targetNames } from "./model/targets.ts";
export { editDistance, nearest } from "./nearest.ts";
export { assertList, assertOptions, type OptionNames, withMembers } from "./options.ts";
export { spectrumOf, truncateLora } from "./spectrum/spectrum.ts";
