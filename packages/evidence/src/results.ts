/** Format of results, and verdicts in words: `@lorank/evidence/results`. */

export { isLimitSign, limitsPage } from "./checks/claims.ts";
export { boundInUnit, costFigure, inUnit, percent } from "./claims/amounts.ts";
export type { StepKind } from "./claims/claim.ts";
export { comparedIn } from "./claims/compared.ts";
export type { Compared } from "./claims/compared-types.ts";
export { courseOf, methods } from "./methods/methods.ts";
export * from "./schema.ts";
export { type ArmDecision, type ByArm, withArmNames } from "./words/by-arm.ts";
export type { Claim } from "./words/claim.ts";
export { claimsOf } from "./words/claims-of.ts";
export { inBrief, inWords, kindInWords, nextSteps } from "./words/in-words.ts";
export type { CommandChange, NextStep } from "./words/next-words.ts";
export { type RankCosts, type RankRole, type RankRow, rankRows } from "./words/rank-rows.ts";
