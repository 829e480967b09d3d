import { type SimulatedWorld, simulatedLogLosses, simulateOutcomes } from "../src/decide/simulate.ts";
import { type CellQuestion, type CellTally, tallySweeps } from "./verdict-cells.ts";
import { ranks, type Truth, truths } from "./worlds.ts";

/** Nats: the default of a decision on log loss. */
const margin = 0.02;

/** The true log losses of these accuracies in `simulateOutcomes`'s world with its defaults, which is the plain world. */
function lossesOf(accuracies: readonly number[]): number[] {
  return simulatedLogLosses({ ranks, accuracies, seeds: 1, examples: 2 });
}

/** Equal ranks, rank 4 worse by two margins, and the rising curve of the study. */
export const logLossTruths: readonly Truth[] = [
  truths.find(({ name }) => name === "equal")!,
  { name: "gap of 2 margins", accuracies: [accuracyWorseBy(2 * margin), 0.85, 0.85, 0.85] },
  truths.find(({ name }) => name === "rising")!,
];

/** The accuracy whose log loss is so many nats above that of 85 %. */
function accuracyWorseBy(nats: number): number {
  let [low, high] = [0.5, 0.85];
  const [wanted] = lossesOf([0.85, 0.85, 0.85, 0.85]);
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (lossesOf([middle, 0.85, 0.85, 0.85])[0]! > wanted! + nats) low = middle;
    else high = middle;
  }
  return high;
}

/** Draws the sweeps of a cell of log losses and counts. */
export function tallyLogLossCell(truth: Truth, design: CellQuestion["design"], sweeps: number): CellTally {
  const { accuracies } = truth;
  const world: SimulatedWorld = { ranks, accuracies, ...design };
  const draw: CellQuestion["draw"] = (seed) => simulateOutcomes(world, seed);
  return tallySweeps({ metric: "log-loss", margin, truths: lossesOf(accuracies), design, draw }, sweeps);
}
