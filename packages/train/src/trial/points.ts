import type { PeftAdapter } from "@lorank/checkpoint";
import type { EngineEvaluation } from "@lorank/evidence/results";

/** Storage of a trial's evaluations on the way, which a resumed trial reads again. */
export interface PointStore {
  /** Evaluation after a step, by whatever process of this trial made it; undefined if there is none. */
  read(step: number): EngineEvaluation | undefined;
  /** Keeps an evaluation whole or not at all, with the adapter that it is of. */
  write(step: number, evaluation: EngineEvaluation, adapter: PeftAdapter): void;
}

/**
 * Steps after which a training is evaluated on the way. The last step is none of them: it is evaluated anyway.
 * @param every steps between two, or if below 1 their share of all steps.
 * @param steps count of all steps.
 */
export function pointSteps(every: number, steps: number): number[] {
  const stride = every < 1 ? every * steps : every;
  const points = new Set<number>();
  for (let point = 1; point * stride < steps; point++) points.add(Math.round(point * stride));
  return [...points].filter((step) => step > 0 && step < steps);
}
