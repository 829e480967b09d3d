import { normalCdf, normalDensity, normalQuantile } from "./normal.ts";

/**
 * Computes the tail of each look of a group-sequential test, so that all together leave out `spent.at(-1)`. By look k,
 * at information `times[k]` (ascending), at most the error `spent[k]` may be made. The looks share their outcomes, so a
 * tail is larger than the error that its look spends.
 *
 * The statistic is a Brownian motion; its density below the boundaries is carried from look to look on a grid.
 * Source: Armitage, McPherson and Rowe (1969); Lan and DeMets, "Discrete sequential boundaries for clinical trials"
 * (1983).
 */
export function sequentialTails(times: readonly number[], spent: readonly number[]): number[] {
  // Values of the motion at the last look, the weight of each, and the probability density not stopped there.
  let places: number[] = [0];
  let weights: number[] = [1];
  const tails: number[] = [];
  times.forEach((time, k) => {
    const before = k === 0 ? 0 : times[k - 1]!;
    const step = Math.sqrt(time - before);
    const beyond = (limit: number): number =>
      places.reduce((sum, place, i) => sum + weights[i]! * normalCdf((place - limit) / step), 0);
    const share = spent[k]! - (k === 0 ? 0 : spent[k - 1]!);
    const sd = Math.sqrt(time);
    // A look's boundary without the other looks is an upper end.
    let [low, high] = [0, -normalQuantile(share) * sd];
    for (let i = 0; i < 50; i++) {
      const middle = (low + high) / 2;
      if (beyond(middle) > share) low = middle;
      else high = middle;
    }
    tails.push(normalCdf(-high / sd));
    const start = -8 * sd;
    const width = (high - start) / gridSteps;
    const next = Array.from({ length: gridSteps + 1 }, (_, i) => start + i * width);
    weights = next.map((place, i) => {
      const edge = i === 0 || i === gridSteps ? 1 : i % 2 === 1 ? 4 : 2;
      const density = places.reduce(
        (sum, from, j) => sum + weights[j]! * normalDensity((place - from) / step),
        0,
      );
      return ((edge * width) / 3 / step) * density;
    });
    places = next;
  });
  return tails;
}

const gridSteps = 240;
