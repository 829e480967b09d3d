import { type EngineEvaluation, mostLogLoss } from "@lorank/evidence/schema";
import { type Choosing, chosenOf } from "./choosing.ts";
import { type EnginePoint, isLearning, type Learner, type TrialEvent } from "./learner.ts";

interface PointsOptions {
  readonly steps: readonly number[];
  readonly evaluate: () => Promise<EngineEvaluation>;
  /** Rule by which the best step is chosen, to save its parameters. (default: none is) */
  readonly choosing?: Choosing | undefined;
  /** Evaluations in a row, none better than the best, after which the training ends. (default: never) */
  readonly patience?: number | undefined;
}

/** Evaluations on the way of a training; a learner holds what they find. */
export class TrainingPoints {
  readonly #options: PointsOptions;

  constructor(options: PointsOptions) {
    this.#options = options;
  }

  /**
   * Evaluates the model after `step` steps; undefined if no evaluation is due. Losses that no result may have end the
   * training as diverged, without a point.
   */
  async after(step: number, learner: Learner): Promise<EnginePoint | undefined> {
    const { steps, evaluate } = this.#options;
    const isDue = steps.includes(step) && learner.points.at(-1)?.step !== step;
    if (!isDue || !isLearning(learner)) return undefined;
    const startedAt = performance.now();
    const evaluation = await evaluate();
    learner.pointSeconds += (performance.now() - startedAt) / 1000;
    if (!hasUsableLosses(evaluation)) {
      learner.divergedAtStep = step;
      return undefined;
    }
    const point = { step, evaluation };
    learner.points.push(point);
    this.#saveBest(step, learner);
    return point;
  }

  /** True once patience has run out. */
  isOver({ points, best }: Learner): boolean {
    const { choosing, patience } = this.#options;
    if (choosing === undefined || patience === undefined) return false;
    return points.length - 1 - points.findIndex(({ step }) => step === best?.step) >= patience;
  }

  /** Reason why a checkpoint of `step` steps cannot be resumed with its points; undefined if it can. */
  unfitness(step: number, { points, best }: Pick<Learner, "points" | "best">): string | undefined {
    const { steps, choosing } = this.#options;
    const due = steps.filter((one) => one <= step);
    // The point of the checkpoint's own step may still be due.
    const isWhole = due.every((one, i) => points[i]?.step === one || (one === step && i === points.length));
    if (!isWhole || points.length > due.length) return "it lacks evaluations on the way";
    if (choosing === undefined || best?.step === chosenOf(points, choosing)) return undefined;
    return "it has another step's adapter than the best";
  }

  #saveBest(step: number, learner: Learner): void {
    const { choosing } = this.#options;
    if (choosing === undefined || chosenOf(learner.points, choosing) !== step) return;
    const copies = [...learner.parameters].map(([name, numbers]) => [name, numbers.slice()] as const);
    learner.best = { step, parameters: new Map(copies) };
  }
}

/** True if no loss is NaN or above `mostLogLoss`. */
export function hasUsableLosses({ logLosses, secondary = [] }: EngineEvaluation): boolean {
  const losses = [logLosses, ...secondary.map(({ values }) => values)];
  return losses.every((own) => own.every((loss) => loss <= mostLogLoss)); // false for NaN
}

export function pointEvent({ step, evaluation }: EnginePoint, steps: number): TrialEvent {
  const { accuracy, logLoss, secondary } = evaluation;
  const event = { kind: "point", step, steps, accuracy, logLoss } as const;
  if (secondary === undefined) return event;
  const means = secondary.map(({ name, values }) => ({
    name,
    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
  }));
  return { ...event, secondary: means };
}
