import { parseJson } from "@lorank/core";
import { type EngineEvaluation, mostLogLoss } from "@lorank/evidence/schema";
import { trainsAnotherWay } from "./checkpoint-file.ts";
import { type Choosing, chosenOf } from "./choosing.ts";
import { isLearning, type Learner, type Training, type TrialEvent } from "./learner.ts";
import type { BestStep, EnginePoint, PointsFound } from "./points-found.ts";
import type { SavedBeside, SavedState } from "./saved-beside.ts";

interface PointsOptions {
  readonly steps: readonly number[];
  readonly evaluate: () => Promise<EngineEvaluation>;
  /** Rule by which the best step is chosen, to save its parameters. (default: none is) */
  readonly choosing?: Choosing | undefined;
  /** Evaluations in a row, none better than the best, after which the training ends. (default: never) */
  readonly patience?: number | undefined;
}

/** Members of a checkpoint's state; absent without a point, and without a best step. */
interface SavedMembers {
  readonly pointSeconds?: number;
  readonly bestStep?: number;
}

/** Evaluations on the way of a training, and what they have found so far. */
export class TrainingPoints implements SavedBeside {
  readonly #options: PointsOptions;
  #points: EnginePoint[] = [];
  #seconds = 0;
  #best: BestStep | undefined;

  constructor(options: PointsOptions) {
    this.#options = options;
  }

  /**
   * Evaluates the model after `step` steps; undefined if no evaluation is due. Losses that no result may have end the
   * training as diverged, without a point.
   */
  async after(step: number, learner: Learner): Promise<EnginePoint | undefined> {
    const { steps, evaluate } = this.#options;
    const isDue = steps.includes(step) && this.#points.at(-1)?.step !== step;
    if (!isDue || !isLearning(learner)) return undefined;
    const startedAt = performance.now();
    const evaluation = await evaluate();
    this.#seconds += (performance.now() - startedAt) / 1000;
    if (!hasUsableLosses(evaluation)) {
      learner.divergedAtStep = step;
      return undefined;
    }
    const point = { step, evaluation };
    this.#points.push(point);
    this.#saveBest(step, learner);
    return point;
  }

  /** True once patience has run out. */
  isOver(): boolean {
    const { choosing, patience } = this.#options;
    if (choosing === undefined || patience === undefined) return false;
    const best = this.#points.findIndex(({ step }) => step === this.#best?.step);
    return this.#points.length - 1 - best >= patience;
  }

  found({ divergedAtStep, lossCurve }: Pick<Training, "divergedAtStep" | "lossCurve">): PointsFound {
    const last = this.#points.at(-1);
    const endPoint = divergedAtStep === undefined && last?.step === lossCurve.length ? last : undefined;
    const points = this.#points.filter((point) => point !== endPoint);
    return { points, endPoint, seconds: this.#seconds, best: this.#best };
  }

  get changes(): number {
    return this.#points.length;
  }

  saved(): SavedState {
    const [seconds, best, points] = [this.#seconds, this.#best, this.#points];
    const members: SavedMembers = {
      ...(seconds > 0 ? { pointSeconds: seconds } : {}),
      ...(best && { bestStep: best.step }),
    };
    const arrays = new Map<string, Float32Array | Uint8Array>(
      [...(best?.parameters ?? [])].map(([name, data]) => [`${ofBest}${name}`, data]),
    );
    if (points.length > 0) arrays.set(pointsName, new TextEncoder().encode(JSON.stringify(points)));
    return { members: { ...members }, arrays };
  }

  take({ members, arrays }: SavedState, step: number, { parameters }: Learner): string | undefined {
    const { pointSeconds = 0, bestStep }: SavedMembers = members;
    const bytes = arrays.get(pointsName) as Uint8Array | undefined;
    const copies = [...(bestStep === undefined ? [] : parameters.keys())].map(
      (name) => [name, arrays.get(`${ofBest}${name}`) as Float32Array] as const,
    );
    const areWhole = copies.every(([name, data]) => data?.length === parameters.get(name)!.length);
    const all = copies.length + (bytes === undefined ? 0 : 1);
    if (!areWhole || arrays.size !== all) return trainsAnotherWay;
    const points = bytes === undefined ? [] : pointsFrom(bytes);
    const unfitness = this.#unfitness(step, points, bestStep);
    if (unfitness !== undefined) return unfitness;
    this.#points = points;
    this.#seconds = pointSeconds;
    this.#best = bestStep === undefined ? undefined : { step: bestStep, parameters: new Map(copies) };
    return undefined;
  }

  /** Reason why a checkpoint of `step` steps cannot be resumed with these points; undefined if it can. */
  #unfitness(step: number, points: readonly EnginePoint[], bestStep: number | undefined): string | undefined {
    const { steps, choosing } = this.#options;
    const due = steps.filter((one) => one <= step);
    // The point of the checkpoint's own step may still be due.
    const isWhole = due.every((one, i) => points[i]?.step === one || (one === step && i === points.length));
    if (!isWhole || points.length > due.length) return "it lacks evaluations on the way";
    if (choosing === undefined || bestStep === chosenOf(points, choosing)) return undefined;
    return "it has another step's adapter than the best";
  }

  #saveBest(step: number, { parameters }: Learner): void {
    const { choosing } = this.#options;
    if (choosing === undefined || chosenOf(this.#points, choosing) !== step) return;
    const copies = [...parameters].map(([name, numbers]) => [name, numbers.slice()] as const);
    this.#best = { step, parameters: new Map(copies) };
  }
}

/** Beginning of the names of a checkpoint's arrays with the best step's parameters. */
const ofBest = "best.";

/** Array with the evaluations on the way, as JSON in UTF-8: a header has no room for generated answers. */
const pointsName = "points";

function pointsFrom(bytes: Uint8Array): EnginePoint[] {
  return parseJson(new TextDecoder().decode(bytes), "the checkpoint", "E_CHECKPOINT") as EnginePoint[];
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
