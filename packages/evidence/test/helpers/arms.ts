import { decide, decideScores } from "../../src/index.ts";
import { type ReadRunsOptions, readRuns } from "../../src/readers/read-runs.ts";
import type { Decision } from "../../src/schema/types.ts";
import { randomStream } from "../../src/statistics/random.ts";
import { csv, type OutcomeRow } from "./outcome-rows.ts";
import { written } from "./written-scores.ts";

export interface ArmDraw {
  readonly arm: string;
  /** Probability to be right, or the mean score. */
  readonly level: number;
  readonly more?: OutcomeRow;
}

interface Sizes {
  readonly seeds?: number;
  readonly examples?: number;
}

/** Outcomes by a column `model`, drawn by each arm's level. */
export function armOutcomes(
  arms: readonly ArmDraw[],
  { seeds = 3, examples = 200 }: Sizes = {},
): OutcomeRow[] {
  const { uniform } = randomStream(11);
  return arms.flatMap(({ arm, level, more }) =>
    Array.from({ length: seeds * examples }, (_, i) => {
      const [seed, example] = [Math.floor(i / examples), i % examples];
      return { model: arm, seed, example, correct: uniform() < level ? 1 : 0, ...more };
    }),
  );
}

/** Runs by a column `model`, with an accuracy each that varies by `spread`. */
export function armRuns(arms: readonly ArmDraw[], { seeds = 5, spread = 0.005 } = {}): OutcomeRow[] {
  const { normal } = randomStream(12);
  return arms.flatMap(({ arm, level, more }) =>
    Array.from({ length: seeds }, (_, seed) => {
      const accuracy = Number((level + spread * normal()).toFixed(4));
      return { model: arm, seed, accuracy, ...more };
    }),
  );
}

/** Decision on a table as `lorank verdict` makes it. */
export async function decidedTable(
  rows: readonly OutcomeRow[] | string,
  choices: ReadRunsOptions = { by: ["model"] },
  margin?: number,
): Promise<Decision> {
  const path = typeof rows === "string" ? rows : written("table.csv", csv(rows));
  const read = await readRuns(path, choices);
  const { secondary } = choices;
  const options = {
    ...(margin === undefined ? {} : { margin }),
    ...(secondary === undefined ? {} : { secondary }),
  };
  if (read?.kind === "outcomes") return decide(read, options);
  const { kind: _, notes, column, files, ...scores } = read!;
  return decideScores(scores, { ...options, metric: scores.metric });
}

/** Names of a decision's arms, in its order. */
export const armsOf = ({ ranks, axis }: Decision): string[] =>
  ranks.map(({ rank }) => axis!.names[rank - 1]!);
