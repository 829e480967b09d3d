import { randomStream, shuffled } from "../statistics/random.ts";
import type { Evaluation } from "./evaluation-types.ts";
import type { Metric } from "./metric.ts";
import { evaluationOf, leftOutOf, outcomesOf } from "./scores.ts";

/** Examples by number, in two parts: one chooses a step, and the other scores it. */
export interface Halves {
  readonly choosing: readonly number[];
  readonly scored: readonly number[];
}

/** Draw of the halves; the same for all runs, which share their examples. */
const draw = 41;

/**
 * Random halves of a number of examples, whole groups in one of them. Each half is ascending.
 * @param groups group number by example, from 0. (default: each example is its own)
 */
export function halvesOf(examples: number, groups?: readonly number[]): Halves {
  const units = new Map<number, number[]>();
  for (let i = 0; i < examples; i++) {
    const unit = groups?.[i] ?? i;
    const own = units.get(unit);
    if (own === undefined) units.set(unit, [i]);
    else own.push(i);
  }
  const [choosing, scored]: [number[], number[]] = [[], []];
  for (const unit of shuffled([...units.values()], randomStream(draw).uniform))
    (choosing.length < examples / 2 ? choosing : scored).push(...unit);
  const ascending = (a: number, b: number): number => a - b;
  return { choosing: choosing.sort(ascending), scored: scored.sort(ascending) };
}

/** Evaluation on some examples, without those that its judge left out, and without answers and secondary outcomes. */
export function evaluationOn(evaluation: Evaluation, examples: readonly number[]): Evaluation {
  const leftOut = leftOutOf([evaluation]);
  const order = examples.filter((example) => !leftOut.has(example));
  return evaluationOf(outcomesOf(evaluation, new Set()), order);
}

/** Step with the best score; of equal scores the first. */
export function bestStep(
  points: readonly { readonly step: number; readonly score: number }[],
  { sign }: Pick<Metric, "sign">,
): number | undefined {
  let best: (typeof points)[number] | undefined;
  for (const point of points) if (best === undefined || sign * (point.score - best.score) > 0) best = point;
  return best?.step;
}
