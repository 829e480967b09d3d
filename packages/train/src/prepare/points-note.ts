import { counted } from "@lorank/core";
import { optionNamed } from "../data/data-options.ts";
import { computeOf } from "../retain/retained-texts.ts";
import { pointsCost, pointsWords } from "./point-steps.ts";
import type { TrainingSettings } from "./settings.ts";

interface OfTraining {
  readonly steps: number;
  /** Tokens that the training sees, all epochs together, and those of one evaluation. */
  readonly trainedTokens: number;
  readonly evaluatedTokens: number;
}

/** Note on what evaluations on the way add to a training's compute; empty without any. */
export function pointsNote(settings: TrainingSettings, { steps, ...tokens }: OfTraining): string[] {
  const { evaluateEvery, answers } = settings;
  if (evaluateEvery === undefined) return [];
  const option = optionNamed(settings, "evaluateEvery");
  const evaluation = tokens.evaluatedTokens;
  const cost = pointsCost({ evaluateEvery }, steps, { evaluation, trial: computeOf(tokens) })!;
  if (cost.evaluations === 0)
    return [
      `${option} ${evaluateEvery} is no step before the last: a training has ${counted(steps, "step")}.`,
    ];
  // Generating an answer costs more than the tokens that are counted.
  const about = answers === undefined ? "about" : "more than";
  const amount = (share: number): string =>
    `${about} ${Math.max(1, Math.round(100 * share))} % to its compute`;
  return [pointsWords(cost, amount, option)];
}
