/** Trials that a method requires, by the outcomes so far: `@lorank/evidence/methods`. Decides nothing. */

export { outcomesFromTrials } from "./decide/outcomes-from-trials.ts";
export type { MethodTrials, RequiredTruncation, TrialsSoFar } from "./methods/method-trials.ts";
export { planProbe } from "./methods/probe/probe.ts";
export type { RaceState } from "./methods/race/so-far.ts";
export { expectedTrials, methodTrials } from "./methods/trials.ts";
