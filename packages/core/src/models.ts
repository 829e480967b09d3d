/** Model shapes by `config.json`, and layers that take an adapter: `@lorank/core/models`. */

export type { ActivationName, TrainableModelType } from "./model/computation/computation.ts";
export type { RopeSettings } from "./model/computation/rope.ts";
export type { ExpertAdapters, ExpertRules } from "./model/expert-adapters.ts";
export {
  modelShapeFromConfig,
  modelTypes,
  type TrainableModel,
  trainableModelFromConfig,
} from "./model/model-shape.ts";
export type { ModelHead, ModelShape, ModelType, VisionShape } from "./model/shape.ts";
export { groupNames, type TargetGroup, targetGroups } from "./model/target-groups.ts";
export {
  namesMatching,
  selectTargets,
  type TargetLayer,
  targetLayers,
  targetNames,
} from "./model/targets.ts";
export { readsImages, withVision } from "./model/vision-tower.ts";
