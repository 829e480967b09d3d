import type { TimeConstants } from "../../src/time/law.ts";
import { predictedSeconds, type RowPair, ratioOf, type StepRow } from "./rows.ts";

/** Where the search starts, and towards what a weak pull draws constants that the rows do not decide. */
const starts: TimeConstants = {
  productShare: 0.6,
  halvedFactor: 1.3,
  thinShare: 0.3,
  trafficShare: 0.7,
  nf4Share: 0.3,
  gptqShare: 0.3,
  blockSeconds: 3e-4,
  adapterSeconds: 3e-4,
};

type Name = keyof TimeConstants;
export const timeConstantNames = Object.keys(starts) as readonly Name[];

/** No share of a rate exceeds the rate. */
const shares: readonly Name[] = ["productShare", "thinShare", "trafficShare", "nf4Share", "gptqShare"];

const PULL = 0.01;
/** Weight of a pair: its times differ by per cents, where predictions are off by tens of per cents. */
const PAIR = 1;

/**
 * Constants with the least absolute errors of logarithms over `rows`, and over the ratio in `pairs`. A source with n
 * rows weighs as √n rows. The search changes one constant at a time, by smaller and smaller factors.
 */
export function fitTime(rows: readonly StepRow[], pairs: readonly RowPair[]): TimeConstants {
  const counts = new Map<string, number>();
  for (const { source } of rows) counts.set(source, (counts.get(source) ?? 0) + 1);
  const total = [...counts.values()].reduce((sum, count) => sum + Math.sqrt(count), 0);
  const weights = rows.map(({ source }) => counts.size / (Math.sqrt(counts.get(source)!) * total));
  const lossOf = (constants: TimeConstants): number =>
    rows.reduce((sum, row, i) => sum + weights[i]! * Math.abs(Math.log(ratioOf(row, constants))), 0) +
    pairs.reduce((sum, pair) => sum + PAIR * Math.abs(Math.log(longer(pair, constants) / pair.measured)), 0) +
    timeConstantNames.reduce((sum, name) => sum + PULL * Math.log(constants[name] / starts[name]) ** 2, 0);
  let best = starts;
  let least = lossOf(best);
  for (let step = 0.3; step > 0.002; step /= 2) {
    let improves = true;
    while (improves) {
      improves = false;
      for (const name of timeConstantNames) {
        for (const sign of [1, -1]) {
          const tried = { ...best, [name]: best[name] * Math.exp(sign * step) };
          if (shares.includes(name) && tried[name] > 1) continue;
          const loss = lossOf(tried);
          if (loss >= least - 1e-9) continue;
          [best, least, improves] = [tried, loss, true];
        }
      }
    }
  }
  return best;
}

/** Predicted factor between the seconds of a pair's second run and its first. */
export function longer({ first, second }: RowPair, constants: TimeConstants): number {
  return predictedSeconds(second, constants) / predictedSeconds(first, constants);
}
