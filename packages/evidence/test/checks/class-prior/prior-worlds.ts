import { type ClassPrior, priorOfLabels } from "../../../src/decide/class-prior-loss.ts";
import { type OutcomeCell, type OutcomeTable, outcomeTable } from "../../../src/decide/outcomes.ts";
import { randomStream } from "../../../src/statistics/random.ts";

export type TableWithPrior = OutcomeTable & { readonly prior: ClassPrior };

interface Design {
  /** Default ranks 2 and 4, three seeds, 800 examples, 70 % of them in class 0. */
  readonly ranks?: readonly number[];
  readonly seeds?: number;
  readonly examples?: number;
  readonly share?: number;
}

const design = { ranks: [2, 4], seeds: 3, examples: 800, share: 0.7 };

/** Runs that always name the largest of two classes and give it the probability `sure` (default: its share). */
export function constantTable(options: Design & { readonly sure?: number } = {}): TableWithPrior {
  const { ranks, seeds, examples, share, sure = share } = { ...design, ...options };
  const labels = Array.from({ length: examples }, (_, e) => (e < share * examples ? 0 : 1));
  const correct = labels.map((label) => 1 - label);
  const logLoss = labels.map((label) => -Math.log(label === 0 ? sure : 1 - sure));
  const cells = ranks.flatMap((rank) =>
    Array.from({ length: seeds }, (_, seed) => ({ rank, seed, correct, logLoss })),
  );
  return { ...outcomeTable(cells, [], examples), prior: priorOfLabels(labels) };
}

/**
 * Draws a sweep whose runs name the true class of an example of class 0 with the probability `right[0]`, of class 1 with
 * `right[1]`: an accuracy of share · right[0] + (1 - share) · right[1]. Half of a run's luck is the example's, alike in
 * all runs. The log loss is that of the class's true probability given the answer.
 */
export function drawSweep(
  { right, ...options }: Design & { readonly right: readonly [number, number] },
  seed: number,
): TableWithPrior {
  const { ranks, seeds, examples, share } = { ...design, ...options };
  const { uniform } = randomStream(seed);
  const shares = [share, 1 - share] as const;
  const labels = Array.from({ length: examples }, () => (uniform() < share ? 0 : 1));
  const lucks = labels.map(() => uniform());
  const joint = (label: 0 | 1, answer: number): number =>
    shares[label] * (label === answer ? right[label] : 1 - right[label]);
  const run = (rank: number, s: number): OutcomeCell => {
    const correct = labels.map((label, e) =>
      (uniform() < 0.5 ? lucks[e]! : uniform()) < right[label] ? 1 : 0,
    );
    const logLoss = labels.map((label, e) => {
      const answer = correct[e] === 1 ? label : 1 - label;
      return -Math.log(joint(label, answer) / (joint(0, answer) + joint(1, answer)));
    });
    return { rank, seed: s, correct, logLoss };
  };
  const cells = ranks.flatMap((rank) => Array.from({ length: seeds }, (_, s) => run(rank, s)));
  return { ...outcomeTable(cells, [], examples), prior: priorOfLabels(labels) };
}

/** The same outcomes without log loss. */
export function accuracyAlone(table: TableWithPrior): TableWithPrior {
  return { ...table, cells: table.cells.map(({ logLoss: _, ...cell }) => cell) };
}
