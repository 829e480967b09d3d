import { describe, expect, test } from "vitest";
import { type ConvergenceOptions, convergenceOf } from "../../../src/checks/convergence/find.ts";
import type { RankConvergence, TrialResult } from "../../../src/schema/types.ts";
import { randomStream } from "../../../src/statistics/random.ts";
import { type TrialOptions, trialOf } from "../probed-trials.ts";

const steps = 400;
/** A linear schedule: the last steps move nothing. */
const linear = Array.from({ length: steps }, (_, i) => 0.003 * (1 - i / steps));
const path = linear.map((_, i) => linear.slice(0, i + 1).reduce((sum, rate) => sum + rate, 0));
const length = path.at(-1)!;

/** A loss that every doubling of the path lowers by `fall` nats, with noise between steps; 0.5 at the end. */
function losses(fall: number, noise = 0, seed = 1, end = 0.5): number[] {
  const random = randomStream(seed);
  return path.map((p) => end - fall * Math.log2(p / length) + noise * random.normal());
}

function judged(
  options: Omit<TrialOptions, "rank" | "seed">,
  curves: readonly number[][],
  rest: Partial<ConvergenceOptions> = {},
): RankConvergence {
  const trials = curves.map((curve, seed) =>
    trialOf({ rank: 4, accuracy: 0.9, ...options, seed, losses: curve, rates: linear }),
  );
  return convergenceOf(trials, { confidence: 0.95, threshold: 0.02, ...rest })[0]!;
}

describe("convergenceOf", () => {
  test("reads the fall that twice the path brings off a curve without noise", () => {
    const found = judged({}, [losses(0.1)]);
    expect(found.fall).toBeCloseTo(0.1, 9);
    expect(found.trainLoss).toBeCloseTo(0.5, 9);
    expect(found.state).toBe("falling");
    expect(judged({}, [losses(0.01)]).state).toBe("converged");
  });

  test("a schedule that ends at 0 does not make a falling loss look flat", () => {
    const curve = losses(0.1);
    // By steps alone: the last tenth of them lowers the loss by less than the threshold.
    expect(curve[360]! - curve.at(-1)!).toBeLessThan(0.02);
    expect(judged({}, [curve]).state).toBe("falling");
  });

  test("noise between steps makes it unclear, and seeds make it clear again", () => {
    const curves = Array.from({ length: 40 }, (_, seed) => losses(0.1, 0.8, seed));
    expect(judged({}, curves.slice(0, 1)).state).toBe("unclear");
    expect(judged({}, curves).state).toBe("falling");
  });

  test("its interval holds the truth in about 95 of 100 runs", () => {
    const held = Array.from({ length: 400 }, (_, seed) => {
      const [low, high] = judged({}, [losses(0.1, 0.2, seed)]).interval!;
      return low <= 0.1 && high >= 0.1;
    }).filter(Boolean).length;
    // 380, within three standard errors of 4.4
    expect(held).toBeGreaterThan(366);
    expect(held).toBeLessThan(394);
  });

  test("the unit of the learning rate does not matter, and that of the loss scales the fall", () => {
    const curve = losses(0.1, 0.05);
    const plain = judged({}, [curve]);
    const faster = convergenceOf(
      [trialOf({ rank: 4, losses: curve, rates: linear.map((rate) => 7 * rate) })],
      { confidence: 0.95, threshold: 0.02 },
    )[0]!;
    expect(faster.fall).toBeCloseTo(plain.fall!, 9);
    const bits = judged({}, [curve.map((loss) => loss / Math.LN2)], { threshold: 0.02 / Math.LN2 });
    expect(bits.fall).toBeCloseTo(plain.fall! / Math.LN2, 9);
    expect(bits.state).toBe(plain.state);
  });

  test("after one pass, a training loss below that of new examples is memorising, within one it is not", () => {
    // Evaluation: 0.9 · 0.1 + 0.1 · 2 = 0.29 nats.
    const curve = losses(0.1, 0.02, 1, 0.1);
    expect(judged({ epochs: 2 }, [curve]).state).toBe("memorising");
    expect(judged({ epochs: 1 }, [curve]).state).toBe("falling");
    expect(judged({ epochs: 2 }, [losses(0.1, 0.02, 1, 0.5)]).state).toBe("falling");
  });

  test("a training loss that its own noise may have put below that of new examples is not memorising", () => {
    // 0.28 is below 0.29, by less than the error of the line's end.
    for (let seed = 1; seed <= 8; seed++)
      expect(judged({ epochs: 2 }, [losses(0.1, 0.3, seed, 0.28)]).state).not.toBe("memorising");
    expect(judged({ epochs: 2 }, [losses(0.1, 0.001, 2, 0.28)]).state).toBe("memorising");
  });

  test("a flat loss of runs that know no more than the most frequent class is no convergence", () => {
    const flat = losses(0.001);
    expect(judged({ accuracy: 0.6 }, [flat, flat], { majorityShare: 0.6 }).state).toBe("stuck");
    expect(judged({ accuracy: 0.9 }, [flat, flat], { majorityShare: 0.6 }).state).toBe("converged");
  });

  test("runs too short for a line are judged stuck too, and no more is said of them", () => {
    const short = [0, 1].map((seed) => trialOf({ rank: 4, seed, accuracy: 0.6, losses: [0.7, 0.6, 0.7] }));
    const options = { confidence: 0.95, threshold: 0.02 };
    expect(convergenceOf(short, { ...options, majorityShare: 0.6 })).toEqual([
      { rank: 4, seeds: 2, epochs: 1, threshold: 0.02, state: "stuck" },
    ]);
    expect(convergenceOf(short, { ...options, majorityShare: 0.5 })).toEqual([]);
  });

  test("a rank that is better than the class prior in log loss is not stuck, whatever its accuracy", () => {
    const flat = losses(0.001);
    const rest = { majorityShare: 0.6, learned: [4] };
    expect(judged({ accuracy: 0.6 }, [flat, flat], rest).state).toBe("converged");
  });

  test("tells of most runs' loss that it rose", () => {
    const risen = losses(0.001).with(3, 200);
    expect(judged({}, [risen, risen, losses(0.001)]).rose).toBe(true);
    expect(judged({}, [risen, losses(0.001)])).not.toHaveProperty("rose");
  });

  test("goes by rank over completed runs, in any order, and leaves out what is too short", () => {
    const trials: TrialResult[] = [32, 4].flatMap((rank) =>
      [0, 1].map((seed) => trialOf({ rank, seed, losses: losses(0.1, 0.1, rank + seed), rates: linear })),
    );
    const failed = trialOf({ rank: 4, seed: 2, status: "diverged", losses: [1, 2], rates: linear });
    const short = trialOf({ rank: 8, losses: [0.7, 0.6, 0.5], rates: linear });
    const options = { confidence: 0.95, threshold: 0.02 };
    const found = convergenceOf([...trials, failed, short], options);
    expect(found.map(({ rank, seeds }) => [rank, seeds])).toEqual([
      [4, 2],
      [32, 2],
    ]);
    expect(convergenceOf([short, failed, ...trials.toReversed()], options)).toEqual(found);
  });
});
