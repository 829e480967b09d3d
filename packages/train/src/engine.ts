export { type Base, readBase } from "./base/base.ts";
export { randomBase, untrainedAdapter } from "./base/initial-weights.ts";
export { promptTokens } from "./data/instruction-format.ts";
export { type AdaptedModel, adaptedModel } from "./evaluate/adapted-model.ts";
export {
  type EvaluatedTexts,
  type EvaluateTextsOptions,
  type ExampleRows,
  evaluateTexts,
} from "./evaluate/evaluate-texts.ts";
export { evaluateTokenTensors, type TokenEvaluation, type TokenTensors } from "./evaluate/token-tensors.ts";
export { familyOf } from "./families/families.ts";
export type { Family, Head, HeadModule } from "./families/family.ts";
export {
  type Answer,
  type AnsweringModel,
  type GenerateOptions,
  type GenerationEvent,
  generate,
} from "./generate/generate.ts";
export { randomStream } from "./random/random.ts";
export type { MicroBatch } from "./transformer/batch.ts";
export { Transformer } from "./transformer/transformer.ts";
