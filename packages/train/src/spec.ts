export { brokenRules, checkTraining, isCount, isDistinct, type Must } from "./spec/training-rules.ts";
export { isTrialId, trialId } from "./spec/trial-id.ts";
export { type AlphaRule, type LoraRule, type TrainingConfig, trialSpec } from "./spec/trial-spec.ts";
