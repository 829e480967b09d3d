export { brokenRules, checkTraining, isCount, isDistinct, type Must } from "./training-rules.ts";
export { isTrialId, trialId } from "./trial-id.ts";
export { type AlphaRule, type LoraRule, type TrainingConfig, trialSpec } from "./trial-spec.ts";
