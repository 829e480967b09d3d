export {
  type AdapterShape,
  adapterShape,
  type LoraShape,
  noAdapter,
  resolveTargets,
} from "./adapter/shape.ts";
export { type Base, readBase } from "./base/base.ts";
export { initialAdapter, initialHead, randomBase } from "./base/initial-weights.ts";
export { headOf } from "./base/trial-model.ts";
export { meanOfTokens } from "./evaluate/evaluate.ts";
export { familyOf } from "./families/families.ts";
export type { Family, Head, HeadModule } from "./families/family.ts";
export { type AdamW, type AdamWOptions, createAdamW } from "./optimizer/adamw.ts";
export { type OptimizerStep, optimizerStep } from "./optimizer/optimizer-step.ts";
export { type PretrainOptions, type PretrainStep, pretrain } from "./pretrain/pretrain.ts";
export { type RandomStream, randomStream } from "./random/random.ts";
export { IGNORE_INDEX, type MicroBatch } from "./transformer/batch.ts";
export type { RunOutputs } from "./transformer/head-runner.ts";
export { Transformer, type TransformerOptions } from "./transformer/transformer.ts";
export { type WeightShape, weightShapes } from "./transformer/weights.ts";
