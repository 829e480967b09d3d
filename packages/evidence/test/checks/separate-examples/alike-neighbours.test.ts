import { expect, test } from "vitest";
import { priorOfLabels } from "../../../src/decide/class-prior-loss.ts";
import type { OutcomeTable } from "../../../src/decide/outcomes.ts";
import { decide, simulateOutcomes } from "../../../src/index.ts";
import { randomStream } from "../../../src/statistics/random.ts";

const world = { ranks: [4, 8, 16, 32], accuracies: [0.85, 0.85, 0.85, 0.85], seeds: 3, examples: 600 };
const grouped = simulateOutcomes({ ...world, groupSize: 30, rankGroupSd: 0.5 }, 1);

function withoutGroups(table: OutcomeTable): OutcomeTable {
  return { ...table, cells: table.cells.map(({ groups: _, ...cell }) => cell) };
}

/** The table with its examples in this order. */
function ordered(table: OutcomeTable, order: readonly number[]): OutcomeTable {
  const cells = table.cells.map(({ logLoss: _, ...cell }) => ({
    ...cell,
    correct: order.map((e) => cell.correct[e]!),
  }));
  return { ...table, cells };
}

test("groups that stand together are found, unless they are told of", () => {
  const { alikeNeighbours } = decide(withoutGroups(grouped));
  expect(alikeNeighbours!.chance).toBeLessThanOrEqual(0.005);
  const told = decide(grouped);
  expect(told.alikeNeighbours).toBeUndefined();
  expect(told.groups?.count).toBe(20);
});

test("not in another order, nor without groups", () => {
  const { uniform } = randomStream(2);
  const shuffled = Array.from({ length: 600 }, (_, e) => ({ e, by: uniform() }))
    .sort((a, b) => a.by - b.by)
    .map(({ e }) => e);
  expect(decide(ordered(withoutGroups(grouped), shuffled)).alikeNeighbours).toBeUndefined();
  expect(decide(simulateOutcomes(world, 1)).alikeNeighbours).toBeUndefined();
});

test("a file that is sorted by class has no groups for it, if the classes are known", () => {
  const { normal, uniform } = randomStream(4);
  const labels = Array.from({ length: 600 }, (_, e) => (e < 250 ? "no" : "yes"));
  // Larger ranks are better on the first class, and worse on the second.
  const cells = [4, 8, 16].flatMap((rank, r) =>
    [0, 1, 2].map((seed) => ({
      ...{ rank, seed },
      correct: labels.map((label) => (normal() + (label === "no" ? 0.3 : -0.3) * r > -1 + uniform() ? 1 : 0)),
    })),
  );
  const table = { ranks: [4, 8, 16], seeds: [0, 1, 2], cells, failures: [], examples: 600 };
  expect(decide(table).alikeNeighbours).toBeDefined();
  expect(decide({ ...table, prior: priorOfLabels(labels) }).alikeNeighbours).toBeUndefined();
});
