import type { OutcomeTable } from "../src/decide/outcomes.ts";
import { type SimulatedWorld, simulatedLogLosses, simulateOutcomes } from "../src/decide/simulate.ts";
import { type CellQuestion, type CellTally, tallySweeps } from "./verdict-cells.ts";
import { ranks, truths } from "./worlds.ts";

/** The plain world, seen by models that give the truth `sharpness` times the latent value as its logit. */
export interface LogLossWorld {
  readonly name: string;
  /** 1 is calibrated; beyond it the losses of wrong examples grow in proportion, and the others go to 0. */
  readonly sharpness: number;
  /** In nats; 0.02, the default of a decision on log loss, times the sharpness. */
  readonly margin: number;
}

export const logLossWorlds: readonly LogLossWorld[] = [
  { name: "log loss", sharpness: 1, margin: 0.02 },
  { name: "overconfident log loss", sharpness: 4, margin: 0.08 },
];

export const logLossTruths = ["equal", "gap of 2 margins", "rising"] as const;
export type LogLossTruth = (typeof logLossTruths)[number];

/** The true accuracies of a cell; the gap is of rank 4 to the others, in log loss. */
export function accuraciesOf(truth: LogLossTruth, world: LogLossWorld): readonly number[] {
  if (truth !== "gap of 2 margins") return truths.find(({ name }) => name === truth)!.accuracies;
  const { margin } = world;
  const others = [0.85, 0.85, 0.85];
  let [low, high] = [0.5, 0.85];
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    const [worse, better] = lossesOf([middle, ...others], world);
    if (worse! > better! + 2 * margin) low = middle;
    else high = middle;
  }
  return [high, ...others];
}

/** The true log losses of these accuracies. A latent value k times as large is one of k times the standard deviation. */
export function lossesOf(accuracies: readonly number[], { sharpness }: LogLossWorld): number[] {
  // 1 and 0.3² + 0.1² + 0.1² are the variances beside the examples' 2² in `simulateOutcomes`.
  const rest = 1.11;
  const exampleSd = Math.sqrt(sharpness ** 2 * (4 + rest) - rest);
  return simulatedLogLosses({ ranks, accuracies, seeds: 1, examples: 2, exampleSd });
}

/** Draws the sweeps of a cell of log losses and counts. */
export function tallyLogLossCell(
  world: LogLossWorld,
  truth: LogLossTruth,
  design: CellQuestion["design"],
  sweeps: number,
): CellTally {
  const { sharpness, margin } = world;
  const accuracies = accuraciesOf(truth, world);
  const simulated: SimulatedWorld = { ranks, accuracies, ...design };
  const draw = (seed: number): OutcomeTable => sharpened(simulateOutcomes(simulated, seed), sharpness);
  const truths = lossesOf(accuracies, world);
  return tallySweeps({ metric: "log-loss", margin, truths, design, draw }, sweeps);
}

/** ln(1 + e^(-k z)) for each loss ln(1 + e^(-z)). */
function sharpened(table: OutcomeTable, sharpness: number): OutcomeTable {
  if (sharpness === 1) return table;
  const cells = table.cells.map((cell) => ({
    ...cell,
    logLoss: Float64Array.from(cell.logLoss!, (loss) => {
      const odds = sharpness * Math.log(Math.expm1(loss)); // of the truth being missed
      return Math.max(0, odds) + Math.log1p(Math.exp(-Math.abs(odds)));
    }),
  }));
  return { ...table, cells };
}
